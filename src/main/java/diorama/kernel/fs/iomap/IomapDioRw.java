package diorama.kernel.fs.iomap;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.fs.AioCompletion;
import diorama.kernel.fs.DioDoneWorkqueue;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.InvalidateRange;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.StalePagecache;
import diorama.kernel.fs.StalePagecache.Place;
import diorama.kernel.fs.Sync;
import diorama.kernel.fs.UserSegment;
import diorama.kernel.fs.WriteAndWaitRange;
import diorama.kernel.fs.iomap.IomapDio.Setup;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;

/**
 * {@code iomap_dio_rw}, fs/iomap.c (4.10).
 *
 * <p>The caller holds the inode's lock, shared or not, and gives it back when this returns, be the
 * I/O in flight or not. i_dio_count goes up here, and down where the request completes. Unlike
 * {@code do_blockdev_direct_IO} it lets an extending write be asynchronous.
 *
 * <p>Left out: IOCB_NOWAIT, polling, DAX, FUA in place of the flush (4.18), and shared extents.
 */
public final class IomapDioRw {
  private final KernelProfile profile;
  private final ActorRef<IomapDioActor.Command> dios;
  private final ActorRef<BlockDeviceActor.Command> bdev;
  private final DeviceParameters device;
  private final WriteAndWaitRange filemap;
  private final DioDoneWorkqueue workqueue;
  private final IomapDioComplete completion;

  /**
   * Direct I/O on one device.
   *
   * @param device what {@code bdev} is like
   * @param filemap what writes cached pages in front of a request
   * @param truncate what drops cached pages
   * @param workqueue where asynchronous writes complete
   * @param stale what is said of pages that stay
   */
  public IomapDioRw(
      KernelProfile profile,
      Tracer tracer,
      ActorRef<IomapDioActor.Command> dios,
      ActorRef<BlockDeviceActor.Command> bdev,
      DeviceParameters device,
      AioCompletion aio,
      WriteAndWaitRange filemap,
      InvalidateRange truncate,
      Sync sync,
      DioDoneWorkqueue workqueue,
      StalePagecache stale) {
    this.profile = profile;
    this.dios = dios;
    this.bdev = bdev;
    this.device = device;
    this.filemap = filemap;
    this.workqueue = workqueue;
    this.completion =
        new IomapDioComplete(profile, tracer, dios, aio, truncate, sync, workqueue, stale);
  }

  /** A write: bytes, a negative errno, -EIOCBQUEUED, or -ENOTBLK for a buffered one (5.9). */
  public Step<Long> write(
      Kiocb iocb, List<IoVec> iov, long pos, IomapOps ops, IomapDioEndIo endIo) {
    List<UserSegment> segments = iov.stream().map(UserSegment::of).toList();
    return iomapDioRw(new Args(true, iocb, new UserCursor(segments), pos, ops, endIo));
  }

  /** A read: bytes, a negative errno, or -EIOCBQUEUED. */
  public Step<Long> read(Kiocb iocb, ReadBuffer buffer, long pos, IomapOps ops) {
    UserCursor memory = new UserCursor(List.of(UserSegment.of(buffer)));
    return iomapDioRw(new Args(false, iocb, memory, pos, ops, IomapDioEndIo.NONE));
  }

  /** The arguments of {@code iomap_dio_rw}. */
  private record Args(
      boolean write, Kiocb iocb, UserCursor memory, long pos, IomapOps ops, IomapDioEndIo endIo) {
    Inode inode() {
      return iocb.kiFilp().inode();
    }
  }

  private Step<Long> iomapDioRw(Args args) {
    long count = args.memory.count();
    return Step.function(
        "iomap_dio_rw",
        () ->
            count == 0
                ? Step.done(0L)
                : InodeActor.iSizeRead(args.inode())
                    .then(
                        iSize ->
                            !args.write && args.pos >= iSize
                                ? Step.done(0L)
                                : withDio(args, count, iSize)));
  }

  private Step<Long> withDio(Args args, long count, long iSize) {
    Setup setup = new Setup(args.iocb, args.inode(), args.write, iSize, args.endIo);
    return IomapDioActor.kmalloc(dios, setup)
        .then(
            dio ->
                clearCache(args, count)
                    .then(
                        error ->
                            error != 0
                                ? IomapDioActor.kfree(dios, dio).map(d -> error)
                                : submit(args, dio, count, iSize)));
  }

  /**
   * Writes the cached pages of the range, and drops them; up to 5.8 for a read as well. A page that
   * stays is told of, and the request goes on over it; from 5.9 on a write goes through the cache.
   *
   * @return 0 or a negative errno
   */
  private Step<Long> clearCache(Args args, long count) {
    return filemap
        .filemapWriteAndWaitRange(args.inode(), args.pos, args.pos + count - 1)
        .then(
            error -> {
              boolean drops = args.write || !profile.fixed(Fix.IOMAP_READ_LEAVES_CACHE);
              return error == 0 && drops ? drop(args, count) : Step.done(error);
            });
  }

  private Step<Long> drop(Args args, long count) {
    if (profile.fixed(Fix.IOMAP_FALLS_BACK)) {
      return completion
          .dropRange(args.inode(), args.pos, count)
          .map(error -> error != 0 ? -(long) Errno.ENOTBLK : 0L);
    }
    return completion
        .invalidateRange(args.iocb, args.pos, count, Place.IOMAP_DIO_RW)
        .map(error -> 0L);
  }

  /** An asynchronous write completes in a worker; the first writer makes the workqueue. */
  private Step<Done> allocateWorkqueue(Args args) {
    return Step.when(args.write && !args.iocb.isSync(), workqueue::unlessThere);
  }

  private Step<Long> submit(Args args, IomapDioRef dio, long count, long iSize) {
    boolean before = profile.fixed(Fix.IOMAP_WQ_BEFORE_SUBMIT);
    IomapDioSubmission walk =
        new IomapDioSubmission(
            dios,
            bdev,
            device,
            completion,
            dio,
            args.inode(),
            args.write,
            args.memory,
            args.pos,
            args.write ? Long.MAX_VALUE : iSize);
    return Step.when(before, () -> allocateWorkqueue(args))
        .then(() -> InodeActor.dioBegin(args.inode()))
        .then(() -> walk.run(args.ops))
        .alsoDo(() -> BlockDeviceActor.unplug(bdev))
        .then(error -> Step.when(error < 0, () -> IomapDioActor.setError(dios, dio, error)))
        .then(() -> Step.when(!before, () -> allocateWorkqueue(args)))
        .then(() -> IomapDioActor.submitted(dios, dio, walk.size(), walk.toUnwritten()))
        .then(() -> dropReference(args, dio))
        .then(ret -> afterwards(args, count, ret));
  }

  /**
   * The submitter's reference. With 4ea899ea whether he waits is known before it is dropped; from
   * 4.18 to 4.20 he looks into the dio, which may be gone with the last bio; up to 4.17 into the
   * kiocb, whose memory is not modelled for that one look.
   */
  private Step<Long> dropReference(Args args, IomapDioRef dio) {
    boolean looks =
        profile.fixed(Fix.IOMAP_WAITS_IF_DIO_SAYS_SO)
            && !profile.fixed(Fix.IOMAP_WAIT_DECIDED_BEFORE_PUT);
    return IomapDioActor.put(dios, dio)
        .then(
            remaining -> {
              if (remaining == 0) {
                return completion.complete(dio);
              }
              return (looks ? IomapDioActor.waits(dios, dio) : Step.done(args.iocb.isSync()))
                  .then(waits -> waits ? await(dio) : Step.done(-(long) Errno.EIOCBQUEUED));
            });
  }

  private Step<Long> await(IomapDioRef dio) {
    return IomapDioActor.await(dios, dio).then(() -> completion.complete(dio));
  }

  /**
   * Up to 4.13 a synchronous write drops pages here, once it is complete, as c771c14b has it; an
   * asynchronous one never comes here.
   */
  private Step<Long> afterwards(Args args, long count, long ret) {
    boolean drops =
        args.write
            && ret != -Errno.EIOCBQUEUED
            && !profile.fixed(Fix.DIO_INVALIDATES_ON_COMPLETION);
    return drops
        ? AddressSpaceActor.nrpages(args.inode().mapping())
            .then(
                nrpages ->
                    Step.when(
                        nrpages != 0,
                        () ->
                            completion.invalidateRange(
                                args.iocb, args.pos, count, Place.IOMAP_DIO_RW)))
            .map(d -> ret)
        : Step.done(ret);
  }
}
