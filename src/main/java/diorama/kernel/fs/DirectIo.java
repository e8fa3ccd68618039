package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.fs.Dio.Setup;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Oops.Bug;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/**
 * fs/direct-io.c for regular files (DIO_LOCKING): {@code __blockdev_direct_IO} and {@code
 * direct_io_worker}.
 *
 * <p>Locks: a writer holds i_mutex when it comes here and when it leaves. A reader takes i_mutex
 * here and gives it back when all blocks are looked up. Both take i_alloc_sem for reading; whoever
 * completes the request gives it back, which for asynchronous I/O is an interrupt.
 */
public final class DirectIo implements BlockdevDirectIo {
  private static final String FILE = "fs/direct-io.c";

  private final KernelProfile profile;
  private final Tracer tracer;
  private final ActorRef<DioActor.Command> dios;
  private final ActorRef<BlockDeviceActor.Command> bdev;
  private final DeviceParameters device;
  private final WriteAndWaitRange filemap;
  private final InvalidateRange truncate;
  private final DioCompletion completion;
  private final FinishedOneBio finished;

  /**
   * Direct I/O on one device.
   *
   * @param device what {@code bdev} is like
   * @param filemap what writes cached pages in front of a read
   * @param truncate what drops cached pages
   */
  public DirectIo(
      KernelProfile profile,
      Tracer tracer,
      ActorRef<DioActor.Command> dios,
      ActorRef<BlockDeviceActor.Command> bdev,
      DeviceParameters device,
      AioCompletion aio,
      WriteAndWaitRange filemap,
      InvalidateRange truncate) {
    this.profile = profile;
    this.tracer = tracer;
    this.dios = dios;
    this.bdev = bdev;
    this.device = device;
    this.filemap = filemap;
    this.truncate = truncate;
    this.completion = new DioCompletion(profile, dios, aio);
    this.finished = new FinishedOneBio(profile, dios, aio, completion);
  }

  /**
   * {@code __blockdev_direct_IO(WRITE)}, fs/direct-io.c:1145 (2.6.20), under i_mutex. Returns
   * bytes, fewer where a hole inside i_size begins; a negative errno; or -EIOCBQUEUED, after which
   * the interrupt completes the kiocb.
   *
   * @param offset first byte in the file
   */
  @Override
  public Step<Long> write(
      Kiocb iocb, Inode inode, List<IoVec> iov, long offset, GetBlock getBlock, DioEndIo endIo) {
    List<UserSegment> segments = iov.stream().map(UserSegment::of).toList();
    return blockdevDirectIo(Rw.WRITE, iocb, inode, segments, offset, getBlock, endIo);
  }

  /**
   * {@code __blockdev_direct_IO(READ)}, fs/direct-io.c:1145 (2.6.20). Returns bytes, fewer at the
   * end of the file; a negative errno; or -EIOCBQUEUED.
   */
  @Override
  public Step<Long> read(
      Kiocb iocb, Inode inode, ReadBuffer buffer, long offset, GetBlock getBlock) {
    List<UserSegment> segments = List.of(UserSegment.of(buffer));
    return blockdevDirectIo(Rw.READ, iocb, inode, segments, offset, getBlock, DioEndIo.NONE);
  }

  /** The arguments that the functions below hand to each other. */
  private record Args(
      Rw rw,
      Kiocb iocb,
      Inode inode,
      List<UserSegment> segments,
      long offset,
      long size,
      int blkbits,
      GetBlock getBlock,
      DioEndIo endIo) {
    long end() {
      return offset + size;
    }

    boolean locksInode() {
      return rw == Rw.READ && size > 0;
    }
  }

  private Step<Long> blockdevDirectIo(
      Rw rw,
      Kiocb iocb,
      Inode inode,
      List<UserSegment> segments,
      long offset,
      GetBlock getBlock,
      DioEndIo endIo) {
    return Step.function(
        "__blockdev_direct_IO",
        () -> {
          int blkbits = blkbits(inode, segments, offset);
          if (blkbits < 0) {
            return Step.done((long) -Errno.EINVAL);
          }
          long size = segments.stream().mapToLong(UserSegment::length).sum();
          Args args = new Args(rw, iocb, inode, segments, offset, size, blkbits, getBlock, endIo);
          return DioActor.kmalloc(dios).then(dio -> lockAndWork(args, dio));
        });
  }

  /**
   * The unit that offset, addresses and lengths are multiples of, as a shift: the file system's
   * block, else the device's; -1 if they are of neither.
   */
  private int blkbits(Inode inode, List<UserSegment> segments, long offset) {
    int deviceBits = Integer.numberOfTrailingZeros(device.logicalBlockSize());
    int blkbits = inode.blkbits();
    if (misaligned(offset, blkbits)) {
      blkbits = deviceBits;
      if (misaligned(offset, blkbits)) {
        return -1;
      }
    }
    for (UserSegment s : segments) {
      if (misaligned(s.base() | s.length(), blkbits)) {
        blkbits = deviceBits;
        if (misaligned(s.base() | s.length(), blkbits)) {
          return -1;
        }
      }
    }
    return blkbits;
  }

  private static boolean misaligned(long value, int bits) {
    return (value & ((1L << bits) - 1)) != 0;
  }

  private Step<Long> lockAndWork(Args args, DioRef dio) {
    if (!args.locksInode()) {
      return work(args, dio);
    }
    return InodeActor.mutexLock(args.inode)
        .then(() -> filemap.filemapWriteAndWaitRange(args.inode, args.offset, args.end() - 1))
        .then(
            error ->
                error == 0
                    ? work(args, dio)
                    : DioActor.kfree(dios, dio)
                        .then(() -> InodeActor.mutexUnlock(args.inode))
                        .map(x -> error));
  }

  /** An extending write is synchronous: i_size must not grow before the data is on the disk. */
  private Step<Long> work(Args args, DioRef dio) {
    return dioBegins(args.inode)
        .then(() -> isAsync(args))
        .then(isAsync -> directIoWorker(args, dio, isAsync));
  }

  private Step<Done> dioBegins(Inode inode) {
    if (profile.fixed(Fix.I_DIO_COUNT)) {
      return InodeActor.dioBegin(inode);
    }
    return InodeActor.downReadNonOwner(inode);
  }

  private Step<Boolean> isAsync(Args args) {
    if (args.iocb.isSync()) {
      return Step.done(false);
    }
    return args.rw == Rw.READ
        ? Step.done(true)
        : InodeActor.iSizeRead(args.inode).map(iSize -> args.end() <= iSize);
  }

  /**
   * {@code direct_io_worker}, fs/direct-io.c:953 (2.6.20): submits everything, then waits or leaves
   * the bios in flight. It holds a reference of its own, so that no interrupt completes the request
   * while it is being submitted.
   */
  private Step<Long> directIoWorker(Args args, DioRef dio, boolean isAsync) {
    return Step.function(
        "direct_io_worker",
        () ->
            InodeActor.iSizeRead(args.inode)
                .then(
                    iSize -> {
                      Setup setup =
                          new Setup(
                              args.iocb,
                              args.inode,
                              args.rw,
                              args.size,
                              iSize,
                              isAsync,
                              args.endIo);
                      return DioActor.init(dios, dio, setup).then(() -> submit(args, dio, setup));
                    }));
  }

  private Step<Long> submit(Args args, DioRef dio, Setup setup) {
    DioWalk walk =
        new DioWalk(
            profile,
            dios,
            bdev,
            device,
            completion,
            dio,
            setup,
            args.getBlock,
            args.blkbits,
            args.offset);
    return walk.walkSegments(args.segments)
        .then(walk::sendRest)
        .then(ret -> setResult(dio, walk).then(result -> allIssued(args, dio, setup, result, ret)));
  }

  /**
   * What {@code dio->result} is then: an error, or less by one, if a bio failed before 174e27c6.
   */
  private Step<Long> setResult(DioRef dio, DioWalk walk) {
    if (!profile.fixed(Fix.DIO_IO_ERROR_SEPARATE)) {
      return DioActor.addResult(dios, dio, walk.result(), walk.pageErrors());
    }
    return DioActor.setResult(dios, dio, walk.result(), walk.pageErrors()).map(x -> walk.result());
  }

  /** All blocks are looked up and all I/O is issued: sends it on its way, and a reader unlocks. */
  private Step<Long> allIssued(Args args, DioRef dio, Setup setup, long result, long ret) {
    boolean workerQueues = profile.fixed(Fix.WORKER_RAISES_EIOCBQUEUED);
    return (workerQueues ? BlockDeviceActor.unplug(bdev) : Step.done())
        .then(() -> Step.when(args.locksInode(), () -> InodeActor.mutexUnlock(args.inode)))
        .then(
            () -> {
              if (workerQueues) {
                return invalidate(args, ret)
                    .then(status -> queueOrWait(args, dio, setup, result, status));
              }
              return setup.isAsync()
                  ? finished.endAsync(dio, setup, bdev, result, ret)
                  : finished.endSync(dio, setup, bdev, args.offset, result, ret);
            })
        .then(value -> traced(dio, setup, value));
  }

  /**
   * "Invalidating down in fs/direct-io.c before returning -EIOCBQUEUED": an error is waited for and
   * returned. The file system's handle is open here, and page locks are taken before handles
   * everywhere else. Where exactly it was meant to be is inferred.
   */
  private Step<Long> invalidate(Args args, long ret) {
    if (profile.fixed(Fix.DIO_INTERNAL_INVALIDATE) && args.rw == Rw.WRITE && args.size > 0) {
      return truncate
          .invalidateInodePages2Range(
              args.inode, args.offset >> Page.SHIFT, (args.end() - 1) >> Page.SHIFT)
          .map(err -> ret != 0 ? ret : err);
    }
    return Step.done(ret);
  }

  /**
   * The only place that raises -EIOCBQUEUED. The C also means partial reads to stay in flight, but
   * tests {@code rw & READ}, and READ is 0.
   */
  private Step<Long> queueOrWait(Args args, DioRef dio, Setup setup, long result, long ret) {
    boolean queues = setup.isAsync() && ret == 0 && result != 0 && result == setup.size();
    if (queues) {
      return dropWorkersReference(args, dio, -Errno.EIOCBQUEUED);
    }
    return completion.dioAwaitCompletion(dio).then(() -> dropWorkersReference(args, dio, ret));
  }

  private Step<Long> dropWorkersReference(Args args, DioRef dio, long ret) {
    return DioActor.put(dios, dio)
        .then(
            remaining ->
                bugOnLeftOverBios(dio, remaining)
                    .then(() -> completeIfLast(args, dio, remaining, ret)));
  }

  /**
   * {@code BUG_ON(!dio->is_async && ret2 != 0)}, fs/direct-io.c:1113 (2.6.20): came with 5eb6c7a2.
   * It reads the dio after the reference was dropped, so it may find another request there.
   */
  private Step<Done> bugOnLeftOverBios(DioRef dio, int remaining) {
    if (!profile.fixed(Fix.DIO_REFCOUNT_LOCKED)
        || profile.fixed(Fix.DIO_NO_BUG_AFTER_LAST_REFERENCE)) {
      return Step.done();
    }
    return DioActor.isAsync(dios, dio)
        .then(isAsync -> !isAsync && remaining != 0 ? bug("direct_io_worker") : Step.done());
  }

  private Step<Long> completeIfLast(Args args, DioRef dio, int remaining, long ret) {
    if (remaining == 0) {
      return completion.dioComplete(dio, args.offset, ret).alsoDo(() -> DioActor.kfree(dios, dio));
    }
    return ret == -Errno.EIOCBQUEUED ? Step.done(ret) : bug("direct_io_worker#queued");
  }

  private <T> Step<T> bug(String place) {
    return Step.die(new Bug(FILE, profile.line(FILE, place), List.of()));
  }

  private Step<Long> traced(DioRef dio, Setup setup, long ret) {
    return Step.current(
        context -> {
          tracer.emit(
              new Tracepoint(
                  "direct_io_worker", context, dio, setup.iocb(), "returns %1$d", ret, 0));
          return Step.done(ret);
        });
  }
}
