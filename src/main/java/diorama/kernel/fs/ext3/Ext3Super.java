package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import java.util.Locale;

/**
 * {@code fs/ext3/super.c}, and that of ext4: how the file system reaches its journal, and what it
 * does once that was aborted, with the mount option {@code errors=continue}.
 */
public final class Ext3Super {
  private final String type;
  private final Host host;
  private final String bdevname;
  private final Jbd jbd;
  private final ActorRef<Ext3SuperBlock.Command> sb;

  /**
   * A mounted file system.
   *
   * @param type ext3 or ext4, which its functions begin with
   */
  public Ext3Super(
      String type, Host host, String bdevname, Jbd jbd, ActorRef<Ext3SuperBlock.Command> sb) {
    this.type = type;
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
  public Step<Handle> journalStart(int nblocks) {
    return Step.function(
        type + "_journal_start_sb",
        () ->
            jbd.journalStart(nblocks)
                .then(
                    handle ->
                        handle.isErr() && handle.ptrErr() == -Errno.EROFS
                            ? abort(type + "_journal_start_sb", "Detected aborted journal")
                                .map(x -> handle)
                            : Step.done(handle)));
  }

  /** {@code ext3_force_commit}: 0 or a negative errno; nothing to do once it is read-only. */
  public Step<Long> forceCommit() {
    return Step.function(
        type + "_force_commit",
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
    String name = type.toUpperCase(Locale.ROOT) + "-fs";
    if (type.equals("ext3")) {
      host.printk(context, "ext3_abort called.");
    }
    host.printk(
        context, "%s error (device %s): %s: %s".formatted(name, bdevname, function, message));
    host.printk(
        context,
        (type.equals("ext3") ? "" : name + " (" + bdevname + "): ")
            + "Remounting filesystem read-only");
    return Step.done();
  }
}
