package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.fs.Dio.Setup;
import diorama.kernel.fs.Dio.Snapshot;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How fs/direct-io.c of 2.6.6 to 2.6.19 ends a request, before 8459d86a: the worker returns the
 * number of bytes while bios are in flight, and its caller makes -EIOCBQUEUED of it.
 *
 * <p>{@code bio_count} is 1 for the submitter and 1 for each bio that was not processed. Whoever
 * finds it at 1 completes an asynchronous request, and decides by {@code result == size} whether
 * the caller will have said -EIOCBQUEUED. A submission that failed after everything was sent makes
 * that guess wrong.
 */
final class FinishedOneBio {
  private final KernelProfile profile;
  private final ActorRef<DioActor.Command> dios;
  private final AioCompletion aio;
  private final DioCompletion completion;
  private final AtomicBioCount unlocked;

  FinishedOneBio(
      KernelProfile profile,
      ActorRef<DioActor.Command> dios,
      AioCompletion aio,
      DioCompletion completion) {
    this.profile = profile;
    this.dios = dios;
    this.aio = aio;
    this.completion = completion;
    this.unlocked = new AtomicBioCount(profile, dios, aio, completion);
  }

  /**
   * {@code finished_one_bio}, fs/direct-io.c:231 (2.6.19), in any context: gives back one count.
   * The last of an asynchronous request completes it without bio_lock; if the caller falls back to
   * buffered I/O, the submitter is woken and frees it.
   */
  Step<Done> finishedOneBio(DioRef dio) {
    if (!profile.fixed(Fix.BIO_COUNT_UNDER_BIO_LOCK)) {
      return unlocked.finishedOneBio(dio);
    }
    return Step.function(
        "finished_one_bio",
        () ->
            BioCounts.isLastOrPut(dios, dio).then(last -> last ? completeAsync(dio) : Step.done()));
  }

  private Step<Done> completeAsync(DioRef dio) {
    return DioActor.iocb(dios, dio)
        .then(
            iocb ->
                aio.kiPos(iocb)
                    .then(offset -> completion.dioComplete(dio, offset, 0))
                    .then(ret -> completeOrFallBack(dio, iocb, ret)));
  }

  private Step<Done> completeOrFallBack(DioRef dio, Kiocb iocb, long ret) {
    return DioActor.complete(dios, dio)
        .then(
            d ->
                callerQueues(d)
                    ? aio.aioComplete(iocb, ret, 0).then(() -> DioActor.kfree(dios, dio))
                    : BioCounts.putAndWake(dios, dio).map(count -> Done.DONE));
  }

  private static boolean callerQueues(Snapshot d) {
    return d.result() == d.setup().size() || (d.setup().rw() == Rw.READ && d.result() != 0);
  }

  /**
   * The end of {@code direct_io_worker}, fs/direct-io.c:1085 (2.6.19), of an asynchronous request:
   * drops the submitter's count, which may complete and free it; a write that did not cover
   * everything waits for its bios and frees it here. Returns bytes, or a negative errno, with bios
   * in flight.
   */
  Step<Long> endAsync(
      DioRef dio, Setup setup, ActorRef<BlockDeviceActor.Command> bdev, long result, long ret) {
    if (!profile.fixed(Fix.BIO_COUNT_UNDER_BIO_LOCK)) {
      return unlocked.endAsync(dio, setup, bdev, result, ret);
    }
    boolean shouldWait = setup.rw() == Rw.WRITE && result < setup.size();
    return Step.when(shouldWait, () -> BioCounts.setWaiter(dios, dio))
        .then(() -> finishedOneBio(dio))
        .then(() -> BlockDeviceActor.unplug(bdev))
        .then(() -> Step.when(shouldWait, () -> drainAndFree(dio)))
        .map(x -> ret == 0 ? result : ret);
  }

  private Step<Done> drainAndFree(DioRef dio) {
    return Step.loop(() -> BioCounts.awaitDrained(dios, dio).map(found -> found.slept()))
        .then(() -> DioActor.kfree(dios, dio));
  }

  /**
   * The end of {@code direct_io_worker} (2.6.19) of a synchronous request, which an asynchronous
   * write that extends the file is too: that one's event is posted here, before anybody has updated
   * i_size. Returns bytes or a negative errno.
   */
  Step<Long> endSync(
      DioRef dio,
      Setup setup,
      ActorRef<BlockDeviceActor.Command> bdev,
      long offset,
      long result,
      long ret) {
    return finishedOneBio(dio)
        .then(() -> dioAwaitCompletion(dio, bdev))
        .then(error -> completion.dioComplete(dio, offset, ret == 0 ? error : ret))
        .then(
            bytes ->
                postIfExtending(setup, result, bytes)
                    .then(() -> DioActor.kfree(dios, dio))
                    .map(x -> bytes));
  }

  private Step<Done> postIfExtending(Setup setup, long result, long bytes) {
    return Step.when(
        !setup.iocb().isSync() && workerCompletes(setup, result, bytes),
        () -> aio.aioComplete(setup.iocb(), bytes, 0));
  }

  /**
   * Whether the caller will make -EIOCBQUEUED of the result. Before the update of c58d3aeb the test
   * asked only whether the caller would fall back to buffered I/O, so it took errors for queued.
   */
  private boolean workerCompletes(Setup setup, long result, long bytes) {
    boolean write = setup.rw() == Rw.WRITE;
    if (profile.fixed(Fix.DIO_COMPLETES_WHAT_CALLER_QUEUES)) {
      return write && bytes >= 0 && result == setup.size();
    }
    if (profile.fixed(Fix.FALLBACK_FOR_REMAINDER)) {
      return !(write && bytes >= 0 && result < setup.size());
    }
    return bytes != -Errno.ENOTBLK;
  }

  /** {@code dio_await_completion} (2.6.19): the first error of a bio, or 0. */
  private Step<Long> dioAwaitCompletion(DioRef dio, ActorRef<BlockDeviceActor.Command> bdev) {
    long[] first = {0};
    return Step.function(
        "dio_await_completion",
        () ->
            Step.loop(
                    () ->
                        BioCounts.bioCount(dios, dio)
                            .then(count -> count == 0 ? Step.done(false) : one(dio, bdev, first)))
                .map(x -> first[0]));
  }

  private Step<Boolean> one(DioRef dio, ActorRef<BlockDeviceActor.Command> bdev, long[] first) {
    return dioAwaitOne(dio, bdev)
        .then(end -> completion.dioBioComplete(dio, end))
        .map(
            error -> {
              first[0] = first[0] == 0 ? error : first[0];
              return true;
            });
  }

  /** {@code dio_await_one} (2.6.19): unplugs the queue itself before it sleeps. */
  private Step<BioEnd> dioAwaitOne(DioRef dio, ActorRef<BlockDeviceActor.Command> bdev) {
    @Nullable BioEnd[] taken = new BioEnd[1];
    return Step.function(
        "dio_await_one",
        () ->
            Step.loop(
                    () ->
                        BioCounts.popOrWait(dios, dio)
                            .then(
                                found -> {
                                  taken[0] = found.bio();
                                  return found.bio() != null ? Step.done(false) : sleep(dio, bdev);
                                }))
                .map(x -> Objects.requireNonNull(taken[0])));
  }

  private Step<Boolean> sleep(DioRef dio, ActorRef<BlockDeviceActor.Command> bdev) {
    return BlockDeviceActor.unplug(bdev)
        .then(() -> BioCounts.ioSchedule(dios, dio))
        .map(found -> true);
  }
}
