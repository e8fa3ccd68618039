package diorama.kernel.fs;

import diorama.kernel.block.Bio;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** What file systems need of the block layer for one device. */
public interface BlockLayer {
  /** {@code submit_bio}: queues the transfer and returns; its end is an interrupt. */
  Step<Done> submitBio(Bio bio);

  /** {@code blk_run_address_space}: starts what is queued behind the plug. */
  Step<Done> unplug();

  /** {@code blkdev_issue_flush}: sleeps until the volatile write cache is on the media. */
  Step<Done> issueFlush();
}
