package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.fs.Dio.Snapshot;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/**
 * The completion half of fs/direct-io.c: what the interrupt runs for each bio, what the submitter
 * runs when it waits, and how a request ends.
 */
final class DioCompletion implements DioWalk.BioEndings {
  private final KernelProfile profile;
  private final ActorRef<DioActor.Command> dios;
  private final AioCompletion aio;
  private final FinishedOneBio finished;

  DioCompletion(KernelProfile profile, ActorRef<DioActor.Command> dios, AioCompletion aio) {
    this.profile = profile;
    this.dios = dios;
    this.aio = aio;
    this.finished = new FinishedOneBio(profile, dios, aio, this);
  }

  /** The worker and the counts of 2.6.19 apply: see {@link FinishedOneBio}. */
  private boolean countsBios() {
    return !profile.fixed(Fix.WORKER_RAISES_EIOCBQUEUED);
  }

  @Override
  public Step<Done> endIo(DioRef dio, boolean isAsync, BioEnd end) {
    return isAsync ? dioBioEndAio(dio, end) : dioBioEndIo(dio, end);
  }

  /**
   * {@code dio_bio_end_aio}, fs/direct-io.c:268 (2.6.20), in interrupt: cleans up the bio; drops
   * its reference and wakes the submitter in one section; who dropped the last reference completes
   * the request, posts its event and frees it, which are a step each.
   */
  private Step<Done> dioBioEndAio(DioRef dio, BioEnd end) {
    return Step.function(
        "dio_bio_end_aio",
        () -> {
          Step<Long> cleaned = dioBioComplete(dio, end);
          if (countsBios()) {
            return cleaned.map(x -> Done.DONE);
          }
          return cleaned
              .then(() -> dropBioReference(dio))
              .then(remaining -> remaining == 0 ? completeAio(dio) : Step.done());
        });
  }

  private Step<Integer> dropBioReference(DioRef dio) {
    if (profile.fixed(Fix.DIO_REFCOUNT_LOCKED)) {
      return DioActor.endAio(dios, dio);
    }
    return DioActor.hasWaiter(dios, dio)
        .then(
            waiterHoldsRef ->
                DioActor.put(dios, dio)
                    .then(remaining -> wakeIfLast(dio, remaining, waiterHoldsRef)));
  }

  /** Before 5eb6c7a2: the waiter is read, the reference dropped and the waiter woken one by one. */
  private Step<Integer> wakeIfLast(DioRef dio, int remaining, boolean waiterHoldsRef) {
    return remaining == 1 && waiterHoldsRef
        ? DioActor.wakeWaiter(dios, dio).map(x -> remaining)
        : Step.done(remaining);
  }

  private Step<Done> completeAio(DioRef dio) {
    return DioActor.iocb(dios, dio)
        .then(
            iocb ->
                aio.kiPos(iocb)
                    .then(offset -> dioComplete(dio, offset, 0))
                    .then(
                        ret ->
                            aio.retryIfPgBusy(iocb)
                                .then(
                                    again ->
                                        Step.when(!again, () -> aio.aioComplete(iocb, ret, 0))))
                    .then(() -> DioActor.kfree(dios, dio)));
  }

  /**
   * {@code dio_bio_end_io}, fs/direct-io.c:301 (2.6.20), in interrupt: leaves the bio to the
   * submitter, who waits for it.
   */
  Step<Done> dioBioEndIo(DioRef dio, BioEnd end) {
    return Step.function(
        "dio_bio_end_io",
        () ->
            (countsBios()
                    ? DioActor.endIoCountingInFlight(dios, dio, end)
                    : DioActor.endIo(dios, dio, end))
                .map(remaining -> Done.DONE));
  }

  /**
   * {@code dio_bio_complete}, fs/direct-io.c:414 (2.6.20), no locks held: notes an error and gives
   * back the bio. Returns 0 or -EIO.
   */
  @Override
  public Step<Long> dioBioComplete(DioRef dio, BioEnd end) {
    return Step.function(
        "dio_bio_complete",
        () -> {
          long error = end.error() == 0 ? 0 : -Errno.EIO;
          return Step.when(error != 0, () -> note(dio, error))
              .then(() -> countsBios() ? finished.finishedOneBio(dio) : Step.done())
              .map(x -> error);
        });
  }

  private Step<Done> note(DioRef dio, long error) {
    if (!profile.fixed(Fix.DIO_IO_ERROR_SEPARATE)) {
      return DioActor.assignResult(dios, dio, "dio->result: bio failed", error);
    }
    return DioActor.setIoError(dios, dio, error);
  }

  /**
   * {@code dio_await_completion}, fs/direct-io.c:447 (2.6.20): sleeps for each bio in flight and
   * processes it. Called when all bios are submitted.
   */
  Step<Done> dioAwaitCompletion(DioRef dio) {
    return Step.function(
        "dio_await_completion",
        () ->
            Step.loop(
                () ->
                    dioAwaitOne(dio)
                        .then(
                            end ->
                                end == null
                                    ? Step.done(false)
                                    : dioBioComplete(dio, end).map(x -> true))));
  }

  private Step<@Nullable BioEnd> dioAwaitOne(DioRef dio) {
    BioEnd[] taken = new BioEnd[1];
    return Step.function(
        "dio_await_one",
        () ->
            Step.loop(
                    () ->
                        DioActor.awaitOne(dios, dio)
                            .map(
                                found -> {
                                  taken[0] = found.bio();
                                  return found.slept();
                                }))
                .map(x -> taken[0]));
  }

  /**
   * {@code dio_complete}, fs/direct-io.c:225 (2.6.20), by the holder of the last reference: gives
   * back i_alloc_sem for whoever took it. Returns the bytes transferred or a negative errno.
   *
   * @param offset where in the file the request began
   * @param ret what the submission came to; -EIOCBQUEUED counts as 0, because the last bio may end
   *     between that decision and this call
   */
  Step<Long> dioComplete(DioRef dio, long offset, long ret) {
    return Step.function(
        "dio_complete",
        () ->
            DioActor.complete(dios, dio)
                .then(
                    d ->
                        endIo(d, offset)
                            .then(() -> dioEnds(d.setup().inode()))
                            .map(x -> outcome(d, offset, ret))));
  }

  /** The file system's end_io hears of the bytes, whatever became of them, until 187372a3. */
  private Step<?> endIo(Snapshot d, long offset) {
    return d.result() == 0
        ? Step.done()
        : d.setup().endIo().endIo(d.setup().iocb(), offset, transferred(d, offset));
  }

  private Step<Done> dioEnds(Inode inode) {
    if (profile.fixed(Fix.I_DIO_COUNT)) {
      return InodeActor.dioEnd(inode);
    }
    return InodeActor.upReadNonOwner(inode);
  }

  private long outcome(Snapshot d, long offset, long ret) {
    long first = ret == -Errno.EIOCBQUEUED ? 0 : ret;
    boolean reportsPageErrors = profile.fixed(Fix.DIO_PAGE_ERRORS_REPORTED) || !d.setup().isAsync();
    if (first == 0 && reportsPageErrors) {
      first = d.pageErrors();
    }
    if (first == 0) {
      first = d.ioError();
    }
    return first == 0 ? transferred(d, offset) : first;
  }

  /**
   * The bytes covered, cut off at the size that the file had at submission: a short read. Up to
   * 2.6.11 an asynchronous one was not, and ended with the block.
   */
  private long transferred(Snapshot d, long offset) {
    long end = offset + d.result();
    boolean clips = profile.fixed(Fix.AIO_READ_CLIPPED_TO_SIZE) || !d.setup().isAsync();
    return clips && d.result() != 0 && d.setup().rw() == Rw.READ && end > d.setup().iSize()
        ? d.setup().iSize() - offset
        : d.result();
  }
}
