package diorama.kernel.fs.iomap;

import static diorama.kernel.Fix.DIO_INVALIDATES_AFTER_END_IO;
import static diorama.kernel.Fix.DIO_INVALIDATES_ON_COMPLETION;

import akka.actor.typed.ActorRef;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.fs.AioCompletion;
import diorama.kernel.fs.DioComplete;
import diorama.kernel.fs.DioDoneWorkqueue;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.InvalidateRange;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.StalePagecache;
import diorama.kernel.fs.StalePagecache.Place;
import diorama.kernel.fs.Sync;
import diorama.kernel.fs.iomap.IomapDio.Snapshot;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;

/**
 * The completion half of fs/iomap.c: {@code iomap_dio_bio_end_io} and {@code iomap_dio_complete}.
 *
 * <p>Who drops the last reference decides where a request completes: the submitter; else, if he
 * waits, he is woken and does; else a write completes in a worker, always, and a read in the
 * interrupt.
 */
final class IomapDioComplete {
  private final KernelProfile profile;
  private final Tracer tracer;
  private final ActorRef<IomapDioActor.Command> dios;
  private final AioCompletion aio;
  private final InvalidateRange truncate;
  private final Sync sync;
  private final DioDoneWorkqueue workqueue;
  private final StalePagecache stale;

  IomapDioComplete(
      KernelProfile profile,
      Tracer tracer,
      ActorRef<IomapDioActor.Command> dios,
      AioCompletion aio,
      InvalidateRange truncate,
      Sync sync,
      DioDoneWorkqueue workqueue,
      StalePagecache stale) {
    this.profile = profile;
    this.tracer = tracer;
    this.dios = dios;
    this.aio = aio;
    this.truncate = truncate;
    this.sync = sync;
    this.workqueue = workqueue;
    this.stale = stale;
  }

  /** {@code iomap_dio_bio_end_io}, in interrupt. */
  Step<Done> bioEndIo(IomapDioRef dio, BioEnd end) {
    return Step.function(
        "iomap_dio_bio_end_io",
        () ->
            Step.when(end.error() != 0, () -> IomapDioActor.setError(dios, dio, end.error()))
                .then(() -> IomapDioActor.bioEnded(dios, dio))
                .then(remaining -> Step.when(remaining == 0, () -> lastBioEnded(dio))));
  }

  private Step<Done> lastBioEnded(IomapDioRef dio) {
    return IomapDioActor.setup(dios, dio)
        .then(
            setup -> {
              if (setup.iocb().isSync()) {
                return IomapDioActor.wakeSubmitter(dios, dio);
              }
              return setup.write()
                  ? workqueue.queueWork(completeWork(dio))
                  : completeWork(dio).map(x -> Done.DONE);
            });
  }

  /** {@code iomap_dio_complete_work}: completes an asynchronous request and posts its event. */
  private Step<Done> completeWork(IomapDioRef dio) {
    return Step.function(
        "iomap_dio_complete_work",
        () ->
            IomapDioActor.setup(dios, dio)
                .then(
                    setup -> {
                      Kiocb iocb = setup.iocb();
                      return complete(dio)
                          .then(
                              ret ->
                                  setup.write() && ret > 0
                                      ? sync.genericWriteSync(iocb.kiFilp(), ret)
                                      : Step.done(ret))
                          .then(ret -> aio.aioComplete(iocb, ret, 0));
                    }));
  }

  /** {@code iomap_dio_complete}: frees the dio. Returns bytes or a negative errno. */
  Step<Long> complete(IomapDioRef dio) {
    return Step.function(
        "iomap_dio_complete",
        () ->
            IomapDioActor.complete(dios, dio)
                .then(
                    d ->
                        aio.kiPos(d.setup().iocb())
                            .then(pos -> inOrder(dio, d, pos))
                            .alsoDo(() -> InodeActor.dioEnd(d.setup().inode())))
                .alsoDo(() -> IomapDioActor.kfree(dios, dio)));
  }

  /** In the release candidates of 4.14 the pages went before the extents were converted. */
  private Step<Long> inOrder(IomapDioRef dio, Snapshot d, long pos) {
    if (!profile.fixed(DIO_INVALIDATES_ON_COMPLETION)) {
      return endIo(d, pos);
    }
    return profile.fixed(DIO_INVALIDATES_AFTER_END_IO)
        ? endIo(d, pos).alsoDo(() -> invalidate(dio, d, pos))
        : invalidate(dio, d, pos).then(() -> endIo(d, pos));
  }

  private Step<Long> endIo(Snapshot d, long pos) {
    return d.setup()
        .endIo()
        .endIo(d.setup().iocb(), pos, d.error() != 0 ? d.error() : d.size(), d.unwritten())
        .map(error -> error != 0 ? error : Long.valueOf(transferred(d, pos)));
  }

  /** "check for short read": the file may end in the middle of the last block. */
  private static long transferred(Snapshot d, long pos) {
    boolean isShort = !d.setup().write() && pos + d.size() > d.setup().iSize();
    return isShort ? d.setup().iSize() - pos : d.size();
  }

  /** Drops what readers have brought into the cache since the request was submitted. */
  private Step<Done> invalidate(IomapDioRef dio, Snapshot d, long pos) {
    Inode inode = d.setup().inode();
    return d.error() == 0 && d.size() > 0 && d.setup().write()
        ? DioComplete.dropsPages(tracer, dio)
            .then(() -> AddressSpaceActor.nrpages(inode.mapping()))
            .then(
                nrpages ->
                    Step.when(
                        nrpages != 0,
                        () ->
                            invalidateRange(
                                d.setup().iocb(), pos, d.size(), Place.IOMAP_DIO_COMPLETE)))
        : Step.done();
  }

  /** {@code invalidate_inode_pages2_range}, and what is said if a page stays: 0 or its errno. */
  Step<Long> invalidateRange(Kiocb iocb, long pos, long length, Place place) {
    return dropRange(iocb.kiFilp().inode(), pos, length)
        .then(err -> Step.when(err != 0, () -> stale.report(iocb.kiFilp(), place)).map(x -> err));
  }

  /** {@code invalidate_inode_pages2_range} of a range of bytes: 0 or a negative errno. */
  Step<Long> dropRange(Inode inode, long pos, long length) {
    return truncate.invalidateInodePages2Range(
        inode, pos >> Page.SHIFT, (pos + length - 1) >> Page.SHIFT);
  }
}
