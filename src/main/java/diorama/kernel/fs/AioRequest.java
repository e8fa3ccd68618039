package diorama.kernel.fs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an asynchronous request has come: {@code ki_left}, {@code ki_iovec}, {@code ki_retry}.
 *
 * <p>Only the context that runs the request's retry method touches it, and fs/aio.c lets only one
 * run at a time; it goes from one to the next through a ctx_lock section.
 */
final class AioRequest {
  private final Kiocb iocb;
  private List<IoVec> source;
  private final @Nullable ReadBuffer sink;
  private long done;

  AioRequest(Kiocb iocb, List<IoVec> source, @Nullable ReadBuffer sink) {
    this.iocb = iocb;
    this.source = source;
    this.sink = sink;
  }

  /** The pointer as it was when the request was made. */
  Kiocb whole() {
    return iocb;
  }

  /** The request as the next call of the file's method sees it. */
  Kiocb iocb() {
    return done == 0
        ? iocb
        : new Kiocb(
            iocb.address(), iocb.kiFilp(), iocb.kiPos() + done, iocb.kiNbytes(), iocb.number());
  }

  /** The rest of what is to be written. */
  List<IoVec> source() {
    return source;
  }

  /** The rest of the memory to read into; null for a write. */
  @Nullable ReadBuffer sink() {
    return sink == null || done == 0 ? sink : sink.after(done);
  }

  /** {@code ki_left}. */
  long left() {
    return iocb.kiNbytes() - done;
  }

  /** {@code ki_nbytes - ki_left}. */
  long done() {
    return done;
  }

  /** {@code aio_advance_iovec}, aio.c:1287 (2.6.20): so many bytes more are done. */
  void advance(long bytes) {
    done += bytes;
    source = IoVec.after(source, bytes);
  }
}
