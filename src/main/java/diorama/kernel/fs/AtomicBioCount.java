package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.fs.Dio.Setup;
import diorama.kernel.fs.Dio.Snapshot;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * How fs/direct-io.c of the -mm kernels ended an asynchronous request in November 2003, before
 * c58d3aeb put {@code bio_count} under bio_lock: it is an atomic, and whoever takes it to 0 goes on
 * to use the dio without holding anything.
 *
 * <p>Three patches, each of which closed a window of the one before: that of 11 November loses a
 * wake-up and frees no dio that it waited for; that of 16 November reads {@code dio->waiter} when
 * the dio may be gone; that of 24 November frees it while an interrupt still uses it.
 *
 * <p>What is read in an if is one message for each field that can change; {@code dio->size} and
 * {@code rw} cannot.
 */
final class AtomicBioCount {
  private final KernelProfile profile;
  private final ActorRef<DioActor.Command> dios;
  private final AioCompletion aio;
  private final DioCompletion completion;

  AtomicBioCount(
      KernelProfile profile,
      ActorRef<DioActor.Command> dios,
      AioCompletion aio,
      DioCompletion completion) {
    this.profile = profile;
    this.dios = dios;
    this.aio = aio;
    this.completion = completion;
  }

  /** {@code finished_one_bio}, in any context: the last one completes an asynchronous request. */
  Step<Done> finishedOneBio(DioRef dio) {
    return Step.function(
        "finished_one_bio",
        () ->
            BioCounts.decAndTest(dios, dio)
                .then(zero -> zero ? DioActor.isAsync(dios, dio) : Step.done(false))
                .then(completes -> completes ? complete(dio) : Step.done()));
  }

  /** Where the request began matters to reads that are cut off at i_size, which came later. */
  private Step<Done> complete(DioRef dio) {
    return completion
        .dioComplete(dio, 0, 0)
        .then(
            ret ->
                DioActor.outcome(dios, dio)
                    .then(d -> callerFallsBack(d) ? wakeWaiter(dio) : completeAndFree(dio, ret)));
  }

  private boolean callerFallsBack(Snapshot d) {
    if (profile.fixed(Fix.FALLBACK_FOR_REMAINDER)) {
      return d.setup().rw() == Rw.WRITE && d.result() < d.setup().size();
    }
    return d.result() == -Errno.ENOTBLK;
  }

  private Step<Done> completeAndFree(DioRef dio, long ret) {
    return DioActor.iocb(dios, dio)
        .then(iocb -> aio.aioComplete(iocb, ret, 0))
        .then(() -> DioActor.kfree(dios, dio));
  }

  private Step<Done> wakeWaiter(DioRef dio) {
    return DioActor.hasWaiter(dios, dio)
        .then(waits -> Step.when(waits, () -> DioActor.wakeWaiter(dios, dio)));
  }

  /**
   * The end of {@code direct_io_worker} of an asynchronous request: drops the submitter's count,
   * which may complete and free it; a write that met a hole waits for its bios. Returns bytes, or a
   * negative errno, with bios in flight.
   */
  Step<Long> endAsync(
      DioRef dio, Setup setup, ActorRef<BlockDeviceActor.Command> bdev, long result, long ret) {
    boolean fallsBack = fallsBack(setup, result, ret);
    return Step.when(fallsBack, () -> becomeWaiter(dio, ret))
        .then(() -> finishedOneBio(dio))
        .then(() -> BlockDeviceActor.unplug(bdev))
        .then(() -> shouldWait(dio, fallsBack))
        .then(waits -> Step.when(waits, () -> drain(dio)))
        .map(x -> ret == 0 ? result : ret);
  }

  private boolean fallsBack(Setup setup, long result, long ret) {
    if (profile.fixed(Fix.FALLBACK_FOR_REMAINDER)) {
      return setup.rw() == Rw.WRITE && result < setup.size();
    }
    return ret == -Errno.ENOTBLK;
  }

  private Step<Done> becomeWaiter(DioRef dio, long ret) {
    Step<Done> told =
        profile.fixed(Fix.FALLBACK_FOR_REMAINDER)
            ? Step.done()
            : DioActor.assignResult(dios, dio, "dio->result: fallback", ret);
    return told.then(() -> BioCounts.setWaiter(dios, dio));
  }

  /** The patch of 16 November looked at the dio, which the last count may have freed by then. */
  private Step<Boolean> shouldWait(DioRef dio, boolean fallsBack) {
    boolean readsWaiter =
        profile.fixed(Fix.FALLBACK_FOR_REMAINDER)
            && !profile.fixed(Fix.DIO_WAIT_DECIDED_BEFORE_LAST_REFERENCE);
    return readsWaiter ? DioActor.hasWaiter(dios, dio) : Step.done(fallsBack);
  }

  private Step<Done> drain(DioRef dio) {
    return Step.loop(() -> waitOnce(dio))
        .then(
            () ->
                Step.when(
                    profile.fixed(Fix.DIO_WAIT_DECIDED_BEFORE_LAST_REFERENCE),
                    () -> DioActor.kfree(dios, dio)));
  }

  /** Whether to look again. */
  private Step<Boolean> waitOnce(DioRef dio) {
    if (profile.fixed(Fix.DIO_STATE_SET_BEFORE_TEST)) {
      return BioCounts.setUninterruptible(dios)
          .then(() -> BioCounts.bioCount(dios, dio))
          .then(count -> count == 0 ? Step.done(false) : sleep(dio));
    }
    return BioCounts.bioCount(dios, dio)
        .then(
            count ->
                count == 0
                    ? Step.done(false)
                    : BioCounts.setUninterruptible(dios).then(() -> sleep(dio)));
  }

  private Step<Boolean> sleep(DioRef dio) {
    return BioCounts.ioScheduleDraining(dios, dio).map(x -> true);
  }
}
