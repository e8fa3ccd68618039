package diorama.kernel.fs;

import akka.actor.typed.Behavior;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.RwSemaphore;
import diorama.kernel.sched.SleepingLock;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Step.Waiting;

/** {@code struct inode}: i_mutex, i_alloc_sem, and i_size with i_disksize. */
public final class InodeActor {
  private final SleepingLock iMutex = new SleepingLock();
  private final RwSemaphore iAllocSem = new RwSemaphore();
  private long iSize;
  private long iDisksize;

  private InodeActor() {}

  /** An empty file. */
  public static Behavior<Command> create() {
    return ObjectActor.of(new InodeActor());
  }

  /** What an inode is asked. */
  public sealed interface Command extends Request<InodeActor> {}

  record MutexLock(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iMutex.lock(caller);
    }
  }

  record MutexUnlock(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iMutex.unlock();
      caller.answer(Done.DONE);
    }
  }

  record DownRead(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iAllocSem.downRead(caller);
    }
  }

  record UpRead(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iAllocSem.upRead();
      caller.answer(Done.DONE);
    }
  }

  record ReadSize(Caller<Long> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      caller.answer(inode.iSize);
    }
  }

  record WriteSize(Caller<Done> caller, long size) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iSize = size;
      caller.answer(Done.DONE);
    }
  }

  record ReadDisksize(Caller<Long> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      caller.answer(inode.iDisksize);
    }
  }

  record WriteDisksize(Caller<Done> caller, long size) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iDisksize = size;
      caller.answer(Done.DONE);
    }
  }

  record AtRest(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      caller.answer(!inode.iMutex.isLocked() && !inode.iAllocSem.isHeld());
    }
  }

  /** {@code mutex_lock(&inode->i_mutex)}. */
  public static Step<Done> mutexLock(Inode inode) {
    return Step.acquire(LockClass.I_MUTEX, Waiting.UNINTERRUPTIBLE, inode.actor(), MutexLock::new);
  }

  /** {@code mutex_unlock(&inode->i_mutex)}. */
  public static Step<Done> mutexUnlock(Inode inode) {
    return Step.release(LockClass.I_MUTEX, inode.actor(), MutexUnlock::new);
  }

  /** {@code down_read_non_owner(&inode->i_alloc_sem)}: released by whoever completes the I/O. */
  public static Step<Done> downReadNonOwner(Inode inode) {
    return Step.sleepingCall(inode.actor(), DownRead::new);
  }

  /** {@code up_read_non_owner(&inode->i_alloc_sem)}. */
  public static Step<Done> upReadNonOwner(Inode inode) {
    return Step.call(inode.actor(), UpRead::new);
  }

  /** {@code i_size_read}. */
  public static Step<Long> iSizeRead(Inode inode) {
    return Step.call(inode.actor(), ReadSize::new);
  }

  /** {@code i_size_write}. */
  public static Step<Done> iSizeWrite(Inode inode, long size) {
    return Step.call(inode.actor(), c -> new WriteSize(c, size));
  }

  /** Reads {@code EXT3_I(inode)->i_disksize}. */
  public static Step<Long> iDisksizeRead(Inode inode) {
    return Step.call(inode.actor(), ReadDisksize::new);
  }

  /** Writes {@code EXT3_I(inode)->i_disksize}. */
  public static Step<Done> iDisksizeWrite(Inode inode, long size) {
    return Step.call(inode.actor(), c -> new WriteDisksize(c, size));
  }

  /** Whether nobody holds a lock of this inode: asked when a machine has come to rest. */
  public static Step<Boolean> atRest(Inode inode) {
    return Step.call(inode.actor(), AtRest::new);
  }
}
