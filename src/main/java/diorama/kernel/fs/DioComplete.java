package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.fs.Dio.Snapshot;
import diorama.kernel.fs.StalePagecache.Place;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;

/**
 * The completion half of fs/direct-io.c in 4.x: {@code dio_complete}, which runs in the submitter,
 * in the interrupt of the last bio, or in a worker of the superblock. Who drops the last reference
 * decides which; exactly one of them does.
 */
public final class DioComplete implements DioWalk.BioEndings {
  /** {@code DIO_COMPLETE_ASYNC}: the event is to be posted. */
  private static final int ASYNC = 1;

  /** {@code DIO_COMPLETE_INVALIDATE}: pages may be dropped, which sleeps. Came with ffe51f01. */
  private static final int INVALIDATE = 2;

  private final KernelProfile profile;
  private final Tracer tracer;
  private final ActorRef<DioActor.Command> dios;
  private final AioCompletion aio;
  private final DioCompletion bios;
  private final InvalidateRange truncate;
  private final Sync sync;
  private final DioDoneWorkqueue workqueue;
  private final StalePagecache stale;

  DioComplete(
      KernelProfile profile,
      Tracer tracer,
      ActorRef<DioActor.Command> dios,
      AioCompletion aio,
      InvalidateRange truncate,
      Sync sync,
      DioDoneWorkqueue workqueue,
      StalePagecache stale) {
    this.profile = profile;
    this.tracer = tracer;
    this.dios = dios;
    this.aio = aio;
    this.bios = new DioCompletion(profile, dios, aio);
    this.truncate = truncate;
    this.sync = sync;
    this.workqueue = workqueue;
    this.stale = stale;
  }

  @Override
  public Step<Done> endIo(DioRef dio, boolean isAsync, BioEnd end) {
    return isAsync ? dioBioEndAio(dio, end) : bios.dioBioEndIo(dio, end);
  }

  @Override
  public Step<Long> dioBioComplete(DioRef dio, BioEnd end) {
    return bios.dioBioComplete(dio, end);
  }

  /** {@code dio_await_completion}. */
  Step<Done> dioAwaitCompletion(DioRef dio) {
    return bios.dioAwaitCompletion(dio);
  }

  /** {@code dio_bio_end_aio}, in interrupt. */
  private Step<Done> dioBioEndAio(DioRef dio, BioEnd end) {
    return Step.function(
        "dio_bio_end_aio",
        () ->
            dioBioComplete(dio, end)
                .then(() -> DioActor.endAio(dios, dio))
                .then(remaining -> remaining == 0 ? lastBioEnded(dio) : Step.done()));
  }

  private Step<Done> lastBioEnded(DioRef dio) {
    return DioActor.outcome(dios, dio)
        .then(this::defersCompletion)
        .then(
            defers ->
                defers
                    ? workqueue.queueWork(dioAioCompleteWork(dio))
                    : dioComplete(dio, 0, ASYNC).map(x -> Done.DONE));
  }

  /**
   * Whether a worker completes the request: always if it was asked for; since 332391a9 if there are
   * cached pages, which readers may have brought in since it was submitted. {@code nrpages} is read
   * without a lock, and another one may be there a moment later.
   */
  private Step<Boolean> defersCompletion(Snapshot d) {
    if (d.result() == 0 || d.deferCompletion()) {
      return Step.done(d.result() != 0);
    }
    if (profile.fixed(Fix.DIO_INVALIDATES_ON_COMPLETION) && d.setup().rw() == Rw.WRITE) {
      return AddressSpaceActor.nrpages(d.setup().inode().mapping()).map(nrpages -> nrpages != 0);
    }
    return Step.done(false);
  }

  /** {@code dio_aio_complete_work}, in a worker. */
  private Step<Long> dioAioCompleteWork(DioRef dio) {
    return Step.function("dio_aio_complete_work", () -> dioComplete(dio, 0, ASYNC | INVALIDATE));
  }

  /**
   * {@code dio_complete} by the submitter, who has dropped the last reference.
   *
   * @param ret what the submission came to; -EIOCBQUEUED counts as 0, because the last bio may end
   *     between that decision and this call
   * @return bytes or a negative errno
   */
  Step<Long> bySubmitter(DioRef dio, long ret) {
    return dioComplete(dio, ret, INVALIDATE);
  }

  /** {@code dio_complete}: frees the dio. Returns the bytes transferred or a negative errno. */
  private Step<Long> dioComplete(DioRef dio, long ret, int flags) {
    return Step.function(
        "dio_complete",
        () ->
            DioActor.complete(dios, dio)
                .then(
                    d ->
                        aio.kiPos(d.setup().iocb())
                            .then(offset -> new Completion(dio, d, offset, flags).run(ret)))
                .alsoDo(() -> DioActor.kfree(dios, dio)));
  }

  /** Tells that whoever completes a request drops the cached pages of its range now. */
  public static Step<Done> dropsPages(Tracer tracer, Subject dio) {
    return Step.current(
        context -> {
          tracer.emit(Tracepoint.of("dio: drops pages", context, dio));
          return Step.done();
        });
  }

  /** The locals of one {@code dio_complete}. */
  private final class Completion {
    private final DioRef dio;
    private final Snapshot d;
    private final long offset;
    private final int flags;
    private final long transferred;

    Completion(DioRef dio, Snapshot d, long offset, int flags) {
      this.dio = dio;
      this.d = d;
      this.offset = offset;
      this.flags = flags;
      long end = offset + d.result();
      this.transferred =
          d.setup().rw() == Rw.READ && d.result() != 0 && end > d.setup().iSize()
              ? d.setup().iSize() - offset
              : d.result();
    }

    Step<Long> run(long submission) {
      Step<Long> result = Step.done(outcome(submission));
      Step<Long> ended =
          profile.fixed(Fix.DIO_INVALIDATES_AFTER_END_IO)
              ? result.then(this::endIo).then(this::invalidate)
              : result.then(this::invalidate).then(this::endIo);
      return ended
          .alsoDo(() -> InodeActor.dioEnd(d.setup().inode()))
          .then(ret -> (flags & ASYNC) != 0 ? post(ret) : Step.done(ret));
    }

    private long outcome(long submission) {
      boolean partly = submission == -Errno.EFAULT && transferred > 0;
      long ret = submission == -Errno.EIOCBQUEUED || partly ? 0 : submission;
      if (ret == 0) {
        ret = d.pageErrors();
      }
      if (ret == 0) {
        ret = d.ioError();
      }
      return ret == 0 ? transferred : ret;
    }

    private Step<Long> endIo(long ret) {
      if (!profile.fixed(Fix.DIO_END_IO_GETS_ERROR)) {
        return d.result() == 0
            ? Step.done(ret)
            : d.setup().endIo().endIo(d.setup().iocb(), offset, transferred).map(x -> ret);
      }
      return d.setup()
          .endIo()
          .endIo(d.setup().iocb(), offset, ret)
          .map(err -> err != 0 ? err : Long.valueOf(ret));
    }

    /**
     * Drops what readers have brought into the cache since the request was submitted. Between the
     * decision where to complete and this look at {@code nrpages} there is a window, which matters
     * to an interrupt only: it may not sleep.
     */
    private Step<Long> invalidate(long ret) {
      if (!profile.fixed(Fix.DIO_INVALIDATES_ON_COMPLETION)) {
        return Step.done(ret);
      }
      if (profile.fixed(Fix.DIO_NO_INVALIDATION_IN_IRQ) && (flags & INVALIDATE) == 0) {
        return Step.done(ret);
      }
      Inode inode = d.setup().inode();
      return ret > 0 && d.setup().rw() == Rw.WRITE
          ? dropsPages(tracer, dio)
              .then(() -> AddressSpaceActor.nrpages(inode.mapping()))
              .then(nrpages -> nrpages == 0 ? Step.done(ret) : invalidateRange(inode, ret))
          : Step.done(ret);
    }

    private Step<Long> invalidateRange(Inode inode, long ret) {
      return truncate
          .invalidateInodePages2Range(inode, offset >> Page.SHIFT, (offset + ret - 1) >> Page.SHIFT)
          .then(
              err ->
                  Step.when(
                      err != 0, () -> stale.report(d.setup().iocb().kiFilp(), Place.DIO_COMPLETE)))
          .map(x -> ret);
    }

    private Step<Long> post(long ret) {
      Kiocb iocb = d.setup().iocb();
      return (d.setup().rw() == Rw.WRITE ? synced(iocb.kiFilp(), ret) : Step.done(ret))
          .then(res -> aio.aioComplete(iocb, res, 0).map(x -> res));
    }

    /** What {@code generic_write_sync} returns, which takes the result's place in its own way. */
    private Step<Long> synced(File file, long ret) {
      if (profile.fixed(Fix.DIO_ERROR_KEPT)) {
        return ret > 0 ? sync.genericWriteSync(file, ret) : Step.done(ret);
      }
      if (profile.fixed(Fix.DIO_ERROR_LOST)) {
        return sync.genericWriteSync(file, transferred);
      }
      return sync.genericWriteSync(file, transferred)
          .map(err -> err < 0 && ret > 0 ? err : Long.valueOf(ret));
    }
  }
}
