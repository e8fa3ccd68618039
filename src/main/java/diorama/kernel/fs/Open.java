package diorama.kernel.fs;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.FilpMemory.FoundFile;
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
          return sampleWbErr(file).then(() -> getEmptyFilp(file)).then(current::install);
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
          return current
              .remove(fd)
              .then(
                  closed ->
                      closed.filp() == null ? done((long) -Errno.EBADF) : filpClose(closed.filp()));
        });
  }

  /**
   * {@code filp_close}, open.c:1021 (2.6.20): drops the descriptor's reference. Requests in flight
   * have their own.
   */
  Step<Long> filpClose(OpenFile filp) {
    return function("filp_close", () -> FilpCall.fput(kioctxs, filp).map(last -> 0L));
  }

  /** Since 4a9d4b02 the miniature keeps an account of who uses an open file. */
  private Step<OpenFile> getEmptyFilp(File file) {
    return profile.fixed(Fix.DELAYED_FPUT)
        ? FilpCall.getEmptyFilp(kioctxs, file)
        : done(new OpenFile(file));
  }

  // ---- fs/file.c ----

  /** {@code fget}: only in a table that tasks share is the look-up more than a look. */
  Step<FoundFile> fget(FilesStruct files, int fd) {
    if (files.isShared()) {
      return FilpCall.fget(kioctxs, files, fd);
    }
    OpenFile filp = files.fcheck(fd);
    return filp == null
        ? done(new FoundFile(null))
        : FilpCall.getFile(kioctxs, filp).map(x -> new FoundFile(filp));
  }

  /** {@code fput}. */
  Step<Boolean> fput(OpenFile filp) {
    return FilpCall.fput(kioctxs, filp);
  }

  /** {@code fd_install} in a table that tasks share. */
  Step<Long> fdInstall(FilesStruct files, OpenFile filp) {
    return FilpCall.fdInstall(kioctxs, files, filp);
  }

  /** {@code dup_fd}. */
  Step<FilesStruct> dupFd(FilesStruct files) {
    return files.isShared() ? FilpCall.dupFd(kioctxs, files) : done(files.dup());
  }

  /** {@code __close_fd} in a table that tasks share. */
  Step<FoundFile> closeFd(FilesStruct files, int fd) {
    return FilpCall.closeFd(kioctxs, files, fd);
  }
}
