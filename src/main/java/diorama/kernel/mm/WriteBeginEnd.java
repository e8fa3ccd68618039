package diorama.kernel.mm;

import static diorama.kernel.Fix.COPY_BEFORE_FAULT_IN;
import static diorama.kernel.Fix.COPY_WITH_FAULTS;
import static diorama.kernel.Fix.FAULT_IN_FIRST_AGAIN;
import static diorama.kernel.Fix.LINUS_COPIED0;
import static diorama.kernel.Fix.NO_FAULT_IN;
import static diorama.kernel.mm.AddressSpaceActor.pageFlags;
import static diorama.kernel.sched.Step.delay;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AddressSpaceOperations.Begun;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.Objects;

/**
 * {@code generic_perform_write}, mm/filemap.c (4.2): the page cache's half of a write for file
 * systems with {@code ->write_begin}; i_mutex held.
 *
 * <p>The copy runs with page faults disabled, because a fault under the page lock could want that
 * same page, or, within a journal handle, somebody who waits for this handle. A source that is not
 * present is therefore copied with 0 bytes, and the write is begun anew when it has been faulted in
 * without any lock. When it is faulted in first is what kernels differ in; the page lock, the
 * handle and what {@code ->write_end} does with 0 bytes come in between.
 */
public final class WriteBeginEnd implements GenericPerformWrite {
  /** What the exception and its fixup cost when a copy meets a page that is not there. */
  private static final long FIXUP_NANOS = 1_000;

  private final KernelProfile profile;

  private final Tracer tracer;
  private final GenericPerformWrite others;

  /**
   * The loop of this kernel version.
   *
   * @param others the copying for file systems with {@code ->prepare_write}
   */
  WriteBeginEnd(KernelProfile profile, Tracer tracer, GenericPerformWrite others) {
    this.profile = profile;
    this.tracer = tracer;
    this.others = others;
  }

  /** The locals of generic_perform_write. */
  private static final class Write {
    final Inode inode;
    final List<IoVec> iov;
    final long end;
    long pos;
    long written;
    long status;
    int bytes;
    int again;

    Write(Inode inode, List<IoVec> iov, long pos) {
      this.inode = inode;
      this.iov = iov;
      this.pos = pos;
      this.end = pos + GenericFileAioWrite.length(iov);
    }

    int offset() {
      return (int) (pos & (Page.SIZE - 1));
    }

    UserCopy source() {
      return UserCopy.at(iov, written);
    }
  }

  @Override
  public Step<Long> genericPerformWrite(File file, List<IoVec> iov, long pos) {
    Inode inode = file.inode();
    if (!inode.aOps().hasWriteBegin()) {
      return others.genericPerformWrite(file, iov, pos);
    }
    return function(
        "generic_perform_write",
        () -> {
          Write w = new Write(inode, iov, pos);
          return loop(() -> w.pos < w.end && w.status >= 0 ? writePage(w) : done(false))
              .then(() -> done(w.written > 0 ? w.written : w.status));
        });
  }

  private Step<Boolean> writePage(Write w) {
    w.bytes = (int) Math.min(Page.SIZE - w.offset(), w.end - w.pos);
    return loop(() -> again(w)).map(d -> true);
  }

  private boolean copiesFirst() {
    return profile.fixed(COPY_BEFORE_FAULT_IN) && !profile.fixed(FAULT_IN_FIRST_AGAIN);
  }

  private boolean faultsInFirst() {
    return !copiesFirst() && !profile.fixed(NO_FAULT_IN) && !profile.fixed(COPY_WITH_FAULTS);
  }

  /** Label {@code again}: whether nothing was copied and it is to be tried once more. */
  private Step<Boolean> again(Write w) {
    return (faultsInFirst() ? faultIn(w) : done(true))
        .then(reachable -> reachable ? begin(w) : done(false));
  }

  private Step<Boolean> faultIn(Write w) {
    return w.source()
        .faultInReadable(Math.min(w.bytes, w.source().contiguous()))
        .map(
            reachable -> {
              if (!reachable) {
                w.status = -Errno.EFAULT;
              }
              return reachable;
            });
  }

  /** {@code fatal_signal_pending}. */
  private static Step<Boolean> unlessKilled(Write w) {
    return Step.current(
        context -> {
          if (context.pendingSignal() == Signals.SIGKILL) {
            w.status = -Errno.EINTR;
          }
          return done(w.status >= 0);
        });
  }

  private Step<Boolean> begin(Write w) {
    return unlessKilled(w)
        .then(
            alive ->
                alive
                    ? w.inode.aOps().writeBegin(w.inode, w.pos, w.bytes)
                    : done(new Begun(null, w.status)))
        .then(begun -> begun.page() == null ? failed(w, begun.error()) : copyAndEnd(w, begun));
  }

  private static Step<Boolean> failed(Write w, long error) {
    w.status = error;
    return done(false);
  }

  private Step<Boolean> copyAndEnd(Write w, Begun begun) {
    Page page = Objects.requireNonNull(begun.page());
    return copy(w, page)
        .then(copied -> countsAs(w, page, copied))
        .then(copied -> w.inode.aOps().writeEnd(w.inode, w.pos, w.bytes, copied, page))
        .then(
            ended -> {
              if (ended < 0) {
                return failed(w, ended);
              }
              w.pos += ended;
              w.written += ended;
              w.again = ended > 0 ? 0 : w.again;
              return ended > 0 ? done(false) : nothingCopied(w);
            });
  }

  /**
   * The proposal of Linus Torvalds in seed 004: what was copied in part into a page that is not up
   * to date was not copied.
   */
  private Step<Integer> countsAs(Write w, Page page, int copied) {
    if (!profile.fixed(LINUS_COPIED0) || copied == w.bytes) {
      return done(copied);
    }
    return pageFlags(page).map(flags -> flags.uptodate() ? copied : 0);
  }

  /** A segment at a time from here on, so that what is faulted in is what is copied next. */
  private Step<Boolean> nothingCopied(Write w) {
    w.bytes = (int) Math.min(Math.min(Page.SIZE - w.offset(), w.end - w.pos), segment(w));
    w.again++;
    return told(w).then(() -> faultInBetween(w));
  }

  /** How often in a row nothing was copied. */
  private Step<Done> told(Write w) {
    return Step.current(
        context -> {
          tracer.emit(
              new Tracepoint(
                  "generic_perform_write: again",
                  context,
                  null,
                  null,
                  "pos=%d times=%d",
                  w.pos,
                  w.again));
          return done();
        });
  }

  private Step<Boolean> faultInBetween(Write w) {
    if (copiesFirst() && !profile.fixed(NO_FAULT_IN)) {
      return faultIn(w);
    }
    return done(true);
  }

  private static long segment(Write w) {
    return w.source().contiguous();
  }

  /** {@code iov_iter_copy_from_user_atomic}: how many bytes before one was not present. */
  private Step<Integer> copy(Write w, Page page) {
    if (profile.fixed(COPY_WITH_FAULTS)) {
      return w.source().copyTo(page, w.offset(), (int) Math.min(w.bytes, segment(w)));
    }
    int[] copied = {0};
    return loop(() -> copied[0] < w.bytes ? copyPiece(w, page, copied) : done(false))
        .then(() -> copied[0] < w.bytes ? delay(FIXUP_NANOS) : done())
        .map(d -> copied[0]);
  }

  private static Step<Boolean> copyPiece(Write w, Page page, int[] copied) {
    UserCopy source = UserCopy.at(w.iov, w.written + copied[0]);
    int wanted = (int) Math.min(w.bytes - copied[0], source.contiguous());
    return source
        .copyAtomic(page, w.offset() + copied[0], wanted)
        .map(
            got -> {
              copied[0] += got;
              return got > 0;
            });
  }

  /**
   * {@code grab_cache_page_write_begin}, mm/filemap.c (4.2): the page, locked, made if it was not
   * there.
   */
  public static Step<Page> grabCachePageWriteBegin(Inode inode, long index) {
    return function("grab_cache_page_write_begin", () -> GrabCachePage.locked(inode, index));
  }
}
