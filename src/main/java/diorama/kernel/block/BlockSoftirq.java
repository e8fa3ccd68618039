package diorama.kernel.block;

import akka.actor.typed.ActorRef;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * BLOCK_SOFTIRQ: what an interrupt context runs when the device has ended a request, from
 * kernel/softirq.c through drivers/scsi down to each bio's {@code bi_end_io}.
 */
final class BlockSoftirq {
  private BlockSoftirq() {}

  /** {@code do_softirq} with one request on this CPU's completion list. */
  static Step<Done> doSoftirq(ActorRef<BlockDeviceActor.Command> q, BlockRequest rq) {
    return Step.function(
        "do_softirq",
        () ->
            Step.function(
                "__do_softirq", () -> Step.function("blk_done_softirq", () -> softirqDone(q, rq))));
  }

  private static Step<Done> softirqDone(ActorRef<BlockDeviceActor.Command> q, BlockRequest rq) {
    return Step.function(
        "scsi_softirq_done", () -> Step.function("scsi_finish_command", () -> finish(q, rq)));
  }

  /** {@code scsi_finish_command}, drivers/scsi/scsi.c. */
  private static Step<Done> finish(ActorRef<BlockDeviceActor.Command> q, BlockRequest rq) {
    return BlockDeviceActor.deviceUnbusy(q)
        .then(() -> Step.function("sd_rw_intr", () -> scsiIoCompletion(q, rq)));
  }

  private static Step<Done> scsiIoCompletion(
      ActorRef<BlockDeviceActor.Command> q, BlockRequest rq) {
    return Step.function(
        "scsi_io_completion", () -> Step.function("scsi_end_request", () -> scsiEndRequest(q, rq)));
  }

  /**
   * {@code scsi_end_request}, drivers/scsi/scsi_lib.c: ends the bios one after the other, frees the
   * request under queue_lock, then lets the queue give the device the next one.
   */
  private static Step<Done> scsiEndRequest(ActorRef<BlockDeviceActor.Command> q, BlockRequest rq) {
    return Step.function("end_that_request_chunk", () -> endThatRequestFirst(rq))
        .then(() -> BlockDeviceActor.endThatRequestLast(q, rq))
        .then(() -> BlockDeviceActor.runQueue(q));
  }

  private static Step<Done> endThatRequestFirst(BlockRequest rq) {
    return Step.function(
        "__end_that_request_first",
        () ->
            Step.forEach(
                rq.ends, end -> Step.function("bio_endio", () -> end.bio().endIo().apply(end))));
  }
}
