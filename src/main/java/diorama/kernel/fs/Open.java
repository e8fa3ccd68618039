package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.mm.WritebackErrors;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** fs/open.c: open and close. */
public final class Open {
  private final KernelProfile profile;
  private final Function<String, @Nullable Inode> lookup;
  private final ActorRef<KioctxActor.Command> kioctxs;

  /**
   * Open and close in one name space.
   *
   * @param lookup the inode with a name, or null
   */
  public Open(
      KernelProfile profile,
      Function<String, @Nullable Inode> lookup,
      ActorRef<KioctxActor.Command> kioctxs) {
    this.profile = profile;
    this.lookup = lookup;
    this.kioctxs = kioctxs;
  }

  /**
   * {@code sys_open}, open.c:976 (2.6.20). Files are there from the start: O_CREAT finds them, and
   * O_TRUNC is not offered.
   *
   * @return the descriptor, -ENOENT, or -EINVAL for O_DIRECT where the file system has no {@code
   *     ->direct_IO}
   */
  public Step<Long> sysOpen(TaskFiles current, String name, OpenFlags flags) {
    return function(
        "sys_open",
        () -> {
          Inode inode = lookup.apply(name);
          if (inode == null) {
            return done((long) -Errno.ENOENT);
          }
          if (flags.direct() && !inode.aOps().hasDirectIo()) {
            return done((long) -Errno.EINVAL);
          }
          File file =
              new File(
                  inode,
                  flags.readable(),
                  flags.writable(),
                  flags.direct(),
                  flags.sync(),
                  "/mnt/" + name);
          return sampleWbErr(file).map(x -> (long) current.install(new OpenFile(file)));
        });
  }

  /** In {@code do_dentry_open}: errors from before are no concern of the new file. */
  private Step<Done> sampleWbErr(File file) {
    if (!profile.fixed(Fix.ERRSEQ_WB_ERR)) {
      return done();
    }
    return WritebackErrors.filemapSampleWbErr(file, profile.fixed(Fix.ERRSEQ_UNSEEN_IS_REPORTED));
  }

  /** {@code sys_close}, open.c:1046 (2.6.20): 0 or -EBADF. */
  public Step<Long> sysClose(TaskFiles current, int fd) {
    return function(
        "sys_close",
        () -> {
          OpenFile filp = current.remove(fd);
          return filp == null ? done((long) -Errno.EBADF) : filpClose(filp);
        });
  }

  /**
   * {@code filp_close}, open.c:1021 (2.6.20): drops the descriptor's reference. Requests in flight
   * have their own.
   */
  Step<Long> filpClose(OpenFile filp) {
    return function("filp_close", () -> KiocbCall.fput(kioctxs, filp).map(last -> 0L));
  }
}
