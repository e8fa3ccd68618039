package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.fs.Dio.Setup;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Oops.Bug;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/**
 * fs/direct-io.c of 4.x for regular files (DIO_LOCKING, DIO_SKIP_HOLES): {@code
 * do_blockdev_direct_IO}.
 *
 * <p>Locks: a writer holds the inode's lock when it comes here and when it leaves. A reader takes
 * it here and gives it back when all blocks are looked up. i_dio_count goes up here, and down where
 * the request completes.
 */
public final class DoBlockdevDirectIo implements BlockdevDirectIo {
  private static final String FILE = "fs/direct-io.c";

  private final KernelProfile profile;
  private final Tracer tracer;
  private final ActorRef<DioActor.Command> dios;
  private final ActorRef<BlockDeviceActor.Command> bdev;
  private final DeviceParameters device;
  private final WriteAndWaitRange filemap;
  private final DioDoneWorkqueue workqueue;
  private final DioComplete completion;

  /**
   * Direct I/O on one device.
   *
   * @param device what {@code bdev} is like
   * @param filemap what writes cached pages in front of a read
   * @param truncate what drops cached pages when a write completes
   * @param workqueue where requests complete that must not complete in interrupt
   * @param stale what is said of pages that stay
   */
  public DoBlockdevDirectIo(
      KernelProfile profile,
      Tracer tracer,
      ActorRef<DioActor.Command> dios,
      ActorRef<BlockDeviceActor.Command> bdev,
      DeviceParameters device,
      AioCompletion aio,
      WriteAndWaitRange filemap,
      InvalidateRange truncate,
      Sync sync,
      DioDoneWorkqueue workqueue,
      StalePagecache stale) {
    this.profile = profile;
    this.tracer = tracer;
    this.dios = dios;
    this.bdev = bdev;
    this.device = device;
    this.filemap = filemap;
    this.workqueue = workqueue;
    this.completion = new DioComplete(profile, tracer, dios, aio, truncate, sync, workqueue, stale);
  }

  @Override
  public Step<Long> write(
      Kiocb iocb, Inode inode, List<IoVec> iov, long offset, GetBlock getBlock, DioEndIo endIo) {
    List<UserSegment> segments = iov.stream().map(UserSegment::of).toList();
    return doBlockdevDirectIo(new Args(Rw.WRITE, iocb, inode, segments, offset, getBlock, endIo));
  }

  @Override
  public Step<Long> read(
      Kiocb iocb, Inode inode, ReadBuffer buffer, long offset, GetBlock getBlock) {
    List<UserSegment> segments = List.of(UserSegment.of(buffer));
    return doBlockdevDirectIo(
        new Args(Rw.READ, iocb, inode, segments, offset, getBlock, DioEndIo.NONE));
  }

  /** The arguments of {@code do_blockdev_direct_IO}. */
  private record Args(
      Rw rw,
      Kiocb iocb,
      Inode inode,
      List<UserSegment> segments,
      long offset,
      GetBlock getBlock,
      DioEndIo endIo) {
    long size() {
      return segments.stream().mapToLong(UserSegment::length).sum();
    }

    long end() {
      return offset + size();
    }

    boolean reads() {
      return rw == Rw.READ;
    }

    /** All that has to be a multiple of the block size, in one number. */
    long align() {
      return segments.stream()
          .mapToLong(s -> s.base() | s.length())
          .reduce(offset, (a, b) -> a | b);
    }
  }

  private Step<Long> doBlockdevDirectIo(Args args) {
    return Step.function(
        "do_blockdev_direct_IO",
        () -> {
          int blkbits = blkbits(args);
          if (blkbits < 0) {
            return Step.done((long) -Errno.EINVAL);
          }
          if (args.reads() && args.size() == 0) {
            return Step.done(0L);
          }
          return DioActor.kmalloc(dios)
              .then(dio -> new Request(args, dio, blkbits).flush())
              .then(ret -> traced(args, ret));
        });
  }

  /** log2 of the unit: the file system's block, else the device's; -1 if it is misaligned. */
  private int blkbits(Args args) {
    int blkbits = args.inode.blkbits();
    if (misaligned(args.align(), blkbits)) {
      blkbits = Integer.numberOfTrailingZeros(device.logicalBlockSize());
    }
    return misaligned(args.align(), blkbits) ? -1 : blkbits;
  }

  private static boolean misaligned(long value, int bits) {
    return (value & ((1L << bits) - 1)) != 0;
  }

  private Step<Long> traced(Args args, long ret) {
    return Step.current(
        context -> {
          tracer.emit(Tracepoint.of("direct_io_worker", context, args.iocb, "returns %1$d", ret));
          return Step.done(ret);
        });
  }

  /** One run of {@code do_blockdev_direct_IO}, with its locals. */
  private final class Request {
    private final Args args;
    private final DioRef dio;
    private final int blkbits;

    Request(Args args, DioRef dio, int blkbits) {
      this.args = args;
      this.dio = dio;
      this.blkbits = blkbits;
    }

    /** DIO_LOCKING: a read writes the cached pages of its range first, under the inode's lock. */
    Step<Long> flush() {
      if (!args.reads()) {
        return sized();
      }
      return InodeActor.mutexLock(args.inode)
          .then(() -> filemap.filemapWriteAndWaitRange(args.inode, args.offset, args.end() - 1))
          .then(error -> error != 0 ? unlockAndFree(error) : sized());
    }

    private Step<Long> unlockAndFree(long ret) {
      return Step.when(args.reads(), () -> InodeActor.mutexUnlock(args.inode))
          .then(() -> DioActor.kfree(dios, dio))
          .map(x -> ret);
    }

    private Step<Long> sized() {
      return InodeActor.iSizeRead(args.inode)
          .then(
              iSize -> {
                if (args.reads() && args.offset >= iSize) {
                  return unlockAndFree(0);
                }
                Setup setup =
                    new Setup(
                        args.iocb,
                        args.inode,
                        args.rw,
                        args.size(),
                        iSize,
                        isAsync(iSize),
                        args.endIo);
                return DioActor.init(dios, dio, setup)
                    .then(() -> prepareWorkqueue(setup))
                    .then(() -> InodeActor.dioBegin(args.inode))
                    .then(() -> submit(setup));
              });
    }

    /** An extending write is synchronous: i_size must not grow before the data is on the disk. */
    private boolean isAsync(long iSize) {
      return !args.iocb.isSync() && (args.reads() || args.end() <= iSize);
    }

    /**
     * An O_SYNC write has to complete in a worker, which can sync. Since 332391a9 any asynchronous
     * write may, and an interrupt cannot make the workqueue.
     */
    private Step<Done> prepareWorkqueue(Setup setup) {
      if (!setup.isAsync() || args.reads()) {
        return Step.done();
      }
      if (args.iocb.kiFilp().sync()) {
        return DioActor.setDeferCompletion(dios, dio).then(workqueue::unlessThere);
      }
      return Step.when(profile.fixed(Fix.DIO_INVALIDATES_ON_COMPLETION), workqueue::unlessThere);
    }

    /** {@code buffer_defer_completion}: what end_io has to convert it converts in a worker. */
    private final class Deferring implements GetBlock {
      private final GetBlock getBlock;
      private final boolean isAsync;

      Deferring(GetBlock getBlock, boolean isAsync) {
        this.getBlock = getBlock;
        this.isAsync = isAsync;
      }

      @Override
      public Step<BlockMapping> map(Inode inode, long block, int maxBlocks, boolean create) {
        return getBlock
            .map(inode, block, maxBlocks, create)
            .alsoDo(
                found ->
                    Step.when(
                        isAsync && found.unwritten(),
                        () -> DioActor.setDeferCompletion(dios, dio).then(workqueue::unlessThere)));
      }

      @Override
      public boolean fillsHoles() {
        return getBlock.fillsHoles();
      }
    }

    private Step<Long> submit(Setup setup) {
      DioWalk walk =
          new DioWalk(
              profile,
              dios,
              bdev,
              device,
              completion,
              dio,
              setup,
              new Deferring(args.getBlock, setup.isAsync()),
              blkbits,
              args.offset);
      return walk.walkSegments(args.segments)
          .then(walk::sendRest)
          .then(
              ret ->
                  DioActor.setResult(dios, dio, walk.result(), walk.pageErrors())
                      .then(() -> BlockDeviceActor.unplug(bdev))
                      .then(() -> Step.when(args.reads(), () -> InodeActor.mutexUnlock(args.inode)))
                      .then(() -> queueOrWait(setup, walk.result(), ret)));
    }

    /** The only place that raises -EIOCBQUEUED; a part of a read stays in flight, too. */
    private Step<Long> queueOrWait(Setup setup, long result, long ret) {
      boolean queues =
          setup.isAsync() && ret == 0 && result != 0 && (args.reads() || result == setup.size());
      return queues
          ? dropReference(-Errno.EIOCBQUEUED)
          : completion.dioAwaitCompletion(dio).then(() -> dropReference(ret));
    }

    /**
     * All bios may have ended by now: then it is the submitter who completes the request, and
     * returns the bytes although it meant to say -EIOCBQUEUED.
     */
    private Step<Long> dropReference(long ret) {
      return DioActor.put(dios, dio)
          .then(
              remaining -> {
                if (remaining == 0) {
                  return completion.bySubmitter(dio, ret);
                }
                return ret == -Errno.EIOCBQUEUED
                    ? Step.done(ret)
                    : Step.die(
                        new Bug(FILE, profile.line(FILE, "do_blockdev_direct_IO"), List.of()));
              });
    }
  }
}
