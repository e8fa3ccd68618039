package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;

/**
 * {@code fs/ext3/super.c}: how the file system reaches its journal, and what it does once that was
 * aborted, with the mount option {@code errors=continue}.
 */
final class Ext3Super {
  private final Host host;
  private final String bdevname;
  private final Jbd jbd;
  private final ActorRef<Ext3SuperBlock.Command> sb;

  Ext3Super(Host host, String bdevname, Jbd jbd, ActorRef<Ext3SuperBlock.Command> sb) {
    this.host = host;
    this.bdevname = bdevname;
    this.jbd = jbd;
    this.sb = sb;
  }

  /**
   * {@code ext3_journal_start_sb}: a handle, or -EROFS or -ENOSPC in one. Who finds the journal
   * aborted makes the file system read-only. The C looks at MS_RDONLY and at the journal before
   * {@code start_this_handle} does; here that one's answer is taken for theirs.
   */
  Step<Handle> journalStart(int nblocks) {
    return Step.function(
        "ext3_journal_start_sb",
        () ->
            jbd.journalStart(nblocks)
                .then(
                    handle ->
                        handle.isErr() && handle.ptrErr() == -Errno.EROFS
                            ? abort("ext3_journal_start_sb", "Detected aborted journal")
                                .map(x -> handle)
                            : Step.done(handle)));
  }

  /** {@code ext3_force_commit}: 0 or a negative errno; nothing to do once it is read-only. */
  Step<Long> forceCommit() {
    return Step.function(
        "ext3_force_commit",
        () ->
            Ext3SuperBlock.isReadOnly(sb)
                .then(readOnly -> readOnly ? Step.done(0L) : jbd.journalForceCommit()));
  }

  /** {@code ext3_abort}: says so once, and nothing is written any more. */
  private Step<Done> abort(String function, String message) {
    return Ext3SuperBlock.remountReadOnly(sb)
        .then(news -> news ? Step.current(c -> tell(c, function, message)) : Step.done());
  }

  private Step<Done> tell(Context context, String function, String message) {
    host.printk(context, "ext3_abort called.");
    host.printk(
        context, "EXT3-fs error (device %s): %s: %s".formatted(bdevname, function, message));
    host.printk(context, "Remounting filesystem read-only");
    return Step.done();
  }
}
