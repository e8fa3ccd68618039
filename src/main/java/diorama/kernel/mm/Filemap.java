package diorama.kernel.mm;

import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AioCompletion;
import diorama.kernel.fs.File;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.GenericFile;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.Sync;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/**
 * mm/filemap.c: the generic read and write paths of files, buffered and direct, in the shape that
 * they have in one kernel. Runs in the calling process.
 */
public final class Filemap implements GenericFile {
  private interface Write {
    Step<Long> of(Kiocb iocb, List<IoVec> iov, long pos);
  }

  private final GenericFileAioRead read;
  private final Write write;
  private final GenericPerformWrite performWrite;

  /** The functions of this kernel version. */
  public Filemap(
      KernelProfile profile,
      Tracer tracer,
      AioCompletion aio,
      PageWriteback writeback,
      FsWriteback fsWriteback,
      Truncate truncate,
      Readahead readahead,
      Sync sync) {
    this.read = new GenericFileAioRead(profile, writeback, readahead);
    GenericFileBufferedWrite buffered = new GenericFileBufferedWrite(profile, writeback);
    this.performWrite = new WriteBeginEnd(profile, tracer, buffered);
    this.write =
        profile.fixed(Fix.ONE_DIRECT_WRITE_FUNCTION)
            ? new GenericFileWriteIter(
                    profile, aio, writeback, fsWriteback, truncate, sync, performWrite)
                ::genericFileWriteIter
            : new GenericFileAioWrite(
                    profile, tracer, aio, writeback, fsWriteback, truncate, buffered)
                ::genericFileAioWrite;
  }

  @Override
  public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
    return write.of(iocb, iov, pos);
  }

  @Override
  public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
    return read.genericFileAioRead(iocb, buffer, pos);
  }

  @Override
  public Step<Long> performWrite(File file, List<IoVec> iov, long pos) {
    return performWrite.genericPerformWrite(file, iov, pos);
  }
}
