package diorama.kernel.mm;

import static diorama.kernel.sched.Step.delay;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.fs.Inode;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.function.Supplier;

/**
 * pdflush's periodic write-back, {@code wb_kupdate} of mm/page-writeback.c: writes files that have
 * been dirty for long, without waiting for what is busy.
 *
 * <p>Throttling of writers at 40 % and background write-back at 10 % of dirty memory are not
 * modelled: a machine's files are smaller than that.
 */
public final class Pdflush {
  /** {@code MAX_WRITEBACK_PAGES}. */
  private static final long MAX_WRITEBACK_PAGES = 1024;

  private final PageWriteback writeback;
  private final Supplier<List<Inode>> inodes;
  private final long intervalNanos;
  private final long oldRounds;
  private long round;

  /**
   * A pdflush thread.
   *
   * @param inodes the files there are; asked at each round
   * @param intervalNanos {@code dirty_writeback_interval}, scaled
   * @param oldRounds {@code dirty_expire_interval} in intervals
   */
  public Pdflush(
      PageWriteback writeback, Supplier<List<Inode>> inodes, long intervalNanos, long oldRounds) {
    this.writeback = writeback;
    this.inodes = inodes;
    this.intervalNanos = intervalNanos;
    this.oldRounds = oldRounds;
  }

  /** {@code __pdflush}: runs for ever. */
  public Step<Done> run() {
    return function(
        "pdflush", () -> loop(() -> delay(intervalNanos).then(this::wbKupdate).map(x -> true)));
  }

  private Step<Done> wbKupdate() {
    return function(
        "wb_kupdate",
        () -> {
          round++;
          return Step.forEach(inodes.get(), this::writeIfOld);
        });
  }

  private Step<Long> writeIfOld(Inode inode) {
    return AddressSpaceActor.dirtyForRounds(inode.mapping(), round, oldRounds)
        .then(
            old ->
                old
                    ? writeback.genericWritepages(
                        inode, WritebackControl.background(MAX_WRITEBACK_PAGES))
                    : done(0L));
  }
}
