package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.SleepingLock;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Step.Waiting;

/** {@code struct ext3_inode_info}: truncate_mutex with the block map. */
public final class Ext3InodeInfo {
  private final SleepingLock truncateMutex = new SleepingLock();
  private final Ext3BlockMap map;

  private Ext3InodeInfo(int blockSize) {
    this.map = new Ext3BlockMap(blockSize);
  }

  /** The inode of a file without blocks. */
  public static Behavior<Command> create(int blockSize) {
    return ObjectActor.of(new Ext3InodeInfo(blockSize));
  }

  /** What an inode is asked. */
  public sealed interface Command extends Request<Ext3InodeInfo> {}

  record MutexLock(Caller<Done> caller) implements Command {
    @Override
    public void execute(Ext3InodeInfo info) {
      info.truncateMutex.lock(caller);
    }
  }

  record MutexUnlock(Caller<Done> caller) implements Command {
    @Override
    public void execute(Ext3InodeInfo info) {
      info.truncateMutex.unlock();
      caller.answer(Done.DONE);
    }
  }

  record Find(Caller<BlockMapping> caller, long block, int maxBlocks) implements Command {
    @Override
    public void execute(Ext3InodeInfo info) {
      caller.answer(info.map.find(block, maxBlocks));
    }
  }

  /**
   * What an allocation needs to know.
   *
   * @param goal where the blocks should be
   * @param count how many at most
   * @param indirectBlock the indirect block, 0 if it is missing, -1 if none is needed
   */
  record Plan(long goal, int count, long indirectBlock) {}

  record PlanAllocation(Caller<Plan> caller, long block, int maxBlocks) implements Command {
    @Override
    public void execute(Ext3InodeInfo info) {
      caller.answer(
          new Plan(
              info.map.goal(block),
              info.map.blocksToAllocate(block, maxBlocks),
              info.map.indirectBlock(block)));
    }
  }

  record Splice(Caller<Done> caller, long block, long diskBlock, int count, long indirectBlock)
      implements Command {
    @Override
    public void execute(Ext3InodeInfo info) {
      info.map.splice(block, diskBlock, count, indirectBlock);
      caller.answer(Done.DONE);
    }
  }

  /** {@code mutex_lock(&ei->truncate_mutex)}. */
  static Step<Done> mutexLock(ActorRef<Command> info) {
    return Step.acquire(LockClass.TRUNCATE_MUTEX, Waiting.UNINTERRUPTIBLE, info, MutexLock::new);
  }

  /** {@code mutex_unlock(&ei->truncate_mutex)}. */
  static Step<Done> mutexUnlock(ActorRef<Command> info) {
    return Step.release(LockClass.TRUNCATE_MUTEX, info, MutexUnlock::new);
  }

  /** {@code ext3_get_branch}: without a lock, as readers walk the map. */
  static Step<BlockMapping> find(ActorRef<Command> info, long block, int maxBlocks) {
    return Step.call(info, c -> new Find(c, block, maxBlocks));
  }

  /** {@code ext3_find_goal} and {@code ext3_blks_to_allocate}, under truncate_mutex. */
  static Step<Plan> plan(ActorRef<Command> info, long block, int maxBlocks) {
    return Step.call(info, c -> new PlanAllocation(c, block, maxBlocks));
  }

  /** {@code ext3_splice_branch}, under truncate_mutex. */
  static Step<Done> splice(
      ActorRef<Command> info, long block, long diskBlock, int count, long indirectBlock) {
    return Step.call(info, c -> new Splice(c, block, diskBlock, count, indirectBlock));
  }
}
