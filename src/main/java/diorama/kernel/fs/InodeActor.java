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
import diorama.kernel.sched.WaitQueue;

/**
 * {@code struct inode}: i_mutex, or i_rwsem where a file system of 4.7 or later shares it among
 * readers, i_alloc_sem or i_dio_count, i_state, and i_size with i_disksize.
 */
public final class InodeActor {
  private final SleepingLock iMutex = new SleepingLock();
  private final RwSemaphore iAllocSem = new RwSemaphore();
  private final RwSemaphore iRwsem = new RwSemaphore();
  private int iDioCount;
  private final WaitQueue<Done> dioWaiters = new WaitQueue<>();
  private final SleepingLock iLock = new SleepingLock();
  private final WaitQueue<Done> waitOnInode = new WaitQueue<>();
  private boolean dirty;
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

  record DioBegin(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iDioCount++;
      caller.answer(Done.DONE);
    }
  }

  record DioEnd(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      if (--inode.iDioCount == 0) {
        inode.dioWaiters.wakeAll(Done.DONE);
      }
      caller.answer(Done.DONE);
    }
  }

  record DioWait(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      if (inode.iDioCount == 0) {
        caller.answer(Done.DONE);
      } else {
        inode.dioWaiters.sleep(caller);
      }
    }
  }

  record RwsemDownRead(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iRwsem.downRead(caller);
    }
  }

  record RwsemUpRead(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iRwsem.upRead();
      caller.answer(Done.DONE);
    }
  }

  record RwsemDownWrite(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iRwsem.downWrite(caller);
    }
  }

  record RwsemUpWrite(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iRwsem.upWrite();
      caller.answer(Done.DONE);
    }
  }

  record RwsemDowngrade(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iRwsem.downgrade();
      caller.answer(Done.DONE);
    }
  }

  record ExtendSize(Caller<Boolean> caller, long end) implements Command {
    @Override
    public void execute(InodeActor inode) {
      boolean grows = end > inode.iSize;
      inode.iSize = Math.max(end, inode.iSize);
      caller.answer(grows);
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

  record SetDirty(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.dirty = true;
      caller.answer(Done.DONE);
    }
  }

  record IsDirty(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      caller.answer(inode.dirty);
    }
  }

  record BeginSync(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iLock.lock(
          caller.context(),
          slept -> {
            boolean was = inode.dirty;
            inode.dirty = false;
            if (slept) {
              caller.wake(was);
            } else {
              caller.answer(was);
            }
          });
    }
  }

  record EndSync(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      inode.iLock.unlock();
      inode.waitOnInode.wakeAll(Done.DONE);
      caller.answer(Done.DONE);
    }
  }

  record WaitOnInode(Caller<Done> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      if (inode.iLock.isLocked()) {
        inode.waitOnInode.sleep(caller);
      } else {
        caller.answer(Done.DONE);
      }
    }
  }

  record AtRest(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(InodeActor inode) {
      caller.answer(
          !inode.iMutex.isLocked()
              && !inode.iAllocSem.isHeld()
              && !inode.iRwsem.isHeld()
              && inode.iDioCount == 0
              && !inode.iLock.isLocked());
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

  /** {@code inode_dio_begin}: i_dio_count goes up. */
  public static Step<Done> dioBegin(Inode inode) {
    return Step.call(inode.actor(), DioBegin::new);
  }

  /**
   * {@code inode_dio_end}: i_dio_count goes down; in any context. Who completes a request that is
   * another one by now takes it below 0, as in the kernel.
   */
  public static Step<Done> dioEnd(Inode inode) {
    return Step.call(inode.actor(), DioEnd::new);
  }

  /** {@code inode_dio_wait}: sleeps until no direct I/O is counted; a lock keeps out new ones. */
  public static Step<Done> dioWait(Inode inode) {
    return Step.sleepingCall(inode.actor(), DioWait::new);
  }

  /** {@code inode_lock_shared}. */
  public static Step<Done> lockShared(Inode inode) {
    return Step.acquire(
        LockClass.I_RWSEM, Waiting.UNINTERRUPTIBLE, inode.actor(), RwsemDownRead::new);
  }

  /** {@code inode_unlock_shared}. */
  public static Step<Done> unlockShared(Inode inode) {
    return Step.release(LockClass.I_RWSEM, inode.actor(), RwsemUpRead::new);
  }

  /** {@code inode_lock} where it is i_rwsem. */
  public static Step<Done> lockExclusive(Inode inode) {
    return Step.acquire(
        LockClass.I_RWSEM, Waiting.UNINTERRUPTIBLE, inode.actor(), RwsemDownWrite::new);
  }

  /** {@code inode_unlock} where it is i_rwsem. */
  public static Step<Done> unlockExclusive(Inode inode) {
    return Step.release(LockClass.I_RWSEM, inode.actor(), RwsemUpWrite::new);
  }

  /** {@code downgrade_write(&inode->i_rwsem)}. */
  public static Step<Done> downgrade(Inode inode) {
    return Step.call(inode.actor(), RwsemDowngrade::new);
  }

  /** Makes the file longer if it ends earlier, under a spinlock: whether it did. */
  public static Step<Boolean> iSizeExtend(Inode inode, long end) {
    return Step.call(inode.actor(), c -> new ExtendSize(c, end));
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

  /** {@code i_state |= I_DIRTY_SYNC | I_DIRTY_DATASYNC}, under inode_lock. */
  static Step<Done> setDirty(Inode inode) {
    return Step.call(inode.actor(), SetDirty::new);
  }

  /** {@code i_state & (I_DIRTY_SYNC | I_DIRTY_DATASYNC)}. */
  public static Step<Boolean> isDirty(Inode inode) {
    return Step.call(inode.actor(), IsDirty::new);
  }

  /** Waits for I_LOCK, sets it, and clears I_DIRTY: whether it was set. */
  static Step<Boolean> beginSync(Inode inode) {
    return Step.sleepingCall(inode.actor(), BeginSync::new);
  }

  /** Clears I_LOCK and wakes who waits for it. */
  static Step<Done> endSync(Inode inode) {
    return Step.call(inode.actor(), EndSync::new);
  }

  /** {@code wait_on_inode}: sleeps while I_LOCK is set. */
  static Step<Done> waitOnInode(Inode inode) {
    return Step.sleepingCall(inode.actor(), WaitOnInode::new);
  }

  /**
   * Whether nobody holds a lock of this inode, and no direct I/O is counted: asked when a machine
   * has come to rest.
   */
  public static Step<Boolean> atRest(Inode inode) {
    return Step.call(inode.actor(), AtRest::new);
  }
}
