package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.FilpMemory.FoundFile;
import diorama.kernel.fs.KioctxActor.Command;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** Sections that concern open files and the descriptors that tasks share. */
sealed interface FilpCall extends Command {
  record GetEmptyFilp(Caller<OpenFile> caller, File file) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().getEmptyFilp(caller, file);
    }
  }

  record Fget(Caller<Done> caller, OpenFile filp) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().getFile(caller, filp);
    }
  }

  record PutFile(Caller<Boolean> caller, OpenFile filp) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().fput(caller, filp);
    }
  }

  record ReadFile(Caller<Done> caller, FilpRef filp, String function) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().read(caller, filp, function);
    }
  }

  record UseInode(Caller<Done> caller, FilpRef filp, String function) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().useInode(caller, filp, function);
    }
  }

  record FgetFd(Caller<FoundFile> caller, FilesStruct files, int fd) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().fget(caller, files, fd);
    }
  }

  record FdInstall(Caller<Long> caller, FilesStruct files, OpenFile filp) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().fdInstall(caller, files, filp);
    }
  }

  record CloseFd(Caller<FoundFile> caller, FilesStruct files, int fd) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().closeFd(caller, files, fd);
    }
  }

  record DupFd(Caller<FilesStruct> caller, FilesStruct files) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().dupFd(caller, files);
    }
  }

  record FileFree(Caller<Done> caller, FilpRef filp) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().fileFree(caller, filp);
    }
  }

  record FputTimer(FilpRef filp) implements FilpCall {
    @Override
    public void execute(AioMemory m) {
      m.filps().fputTimer(filp);
    }
  }

  /** {@code get_empty_filp}: one reference, the descriptor's. */
  static Step<OpenFile> getEmptyFilp(ActorRef<Command> kioctxs, File file) {
    return Step.sleepingCall(kioctxs, c -> new GetEmptyFilp(c, file));
  }

  /** {@code get_file}. */
  static Step<Done> getFile(ActorRef<Command> kioctxs, OpenFile filp) {
    return Step.call(kioctxs, c -> new Fget(c, filp));
  }

  /** {@code fput}: whether it was the last reference. */
  static Step<Boolean> fput(ActorRef<Command> kioctxs, OpenFile filp) {
    return Step.call(kioctxs, c -> new PutFile(c, filp));
  }

  /** A function reads the file; nothing for one that is in no slab. */
  static Step<Done> read(ActorRef<Command> kioctxs, File file, String function) {
    FilpRef filp = file.filp();
    return filp == null ? Step.done() : Step.call(kioctxs, c -> new ReadFile(c, filp, function));
  }

  /** A function uses the inode that the file has pinned. */
  static Step<Done> useInode(ActorRef<Command> kioctxs, File file, String function) {
    FilpRef filp = file.filp();
    return filp == null ? Step.done() : Step.call(kioctxs, c -> new UseInode(c, filp, function));
  }

  /** {@code fget} in a table that tasks share. */
  static Step<FoundFile> fget(ActorRef<Command> kioctxs, FilesStruct files, int fd) {
    return Step.call(kioctxs, c -> new FgetFd(c, files, fd));
  }

  /** {@code fd_install} in such a table. */
  static Step<Long> fdInstall(ActorRef<Command> kioctxs, FilesStruct files, OpenFile filp) {
    return Step.call(kioctxs, c -> new FdInstall(c, files, filp));
  }

  /** {@code __close_fd} in such a table, up to filp_close. */
  static Step<FoundFile> closeFd(ActorRef<Command> kioctxs, FilesStruct files, int fd) {
    return Step.call(kioctxs, c -> new CloseFd(c, files, fd));
  }

  /** {@code dup_fd} of such a table. */
  static Step<FilesStruct> dupFd(ActorRef<Command> kioctxs, FilesStruct files) {
    return Step.call(kioctxs, c -> new DupFd(c, files));
  }

  /** {@code file_free_rcu}. */
  static Step<Done> fileFree(ActorRef<Command> kioctxs, FilpRef filp) {
    return Step.call(kioctxs, c -> new FileFree(c, filp));
  }
}
