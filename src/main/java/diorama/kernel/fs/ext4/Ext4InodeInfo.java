package diorama.kernel.fs.ext4;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.ext4.ExtentMap.Extent;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.RwSemaphore;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Step.Waiting;
import java.util.List;

/** {@code struct ext4_inode_info}: i_data_sem with the extents. */
public final class Ext4InodeInfo {
  private final RwSemaphore dataSem = new RwSemaphore();
  private final ExtentMap extents = new ExtentMap();

  /** {@code i_sync_tid}: the transaction that changed the inode last. */
  private int syncTid;

  private Ext4InodeInfo() {}

  /** The inode of a file without blocks. */
  static Behavior<Command> create() {
    return ObjectActor.of(new Ext4InodeInfo());
  }

  /** What an inode is asked. */
  public sealed interface Command extends Request<Ext4InodeInfo> {}

  record NoteTid(Caller<Done> caller, int tid) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      info.syncTid = tid;
      caller.answer(Done.DONE);
    }
  }

  record ReadTid(Caller<Integer> caller) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      caller.answer(info.syncTid);
    }
  }

  /** {@code ext4_update_inode_fsync_trans}. */
  static Step<Done> noteTid(ActorRef<Command> info, int tid) {
    return Step.call(info, c -> new NoteTid(c, tid));
  }

  /** Reads {@code i_sync_tid}; 0 if nothing has changed the inode. */
  static Step<Integer> syncTid(ActorRef<Command> info) {
    return Step.call(info, ReadTid::new);
  }

  record DownRead(Caller<Done> caller) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      info.dataSem.downRead(caller);
    }
  }

  record UpRead(Caller<Done> caller) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      info.dataSem.upRead();
      caller.answer(Done.DONE);
    }
  }

  record DownWrite(Caller<Done> caller) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      info.dataSem.downWrite(caller);
    }
  }

  record UpWrite(Caller<Done> caller) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      info.dataSem.upWrite();
      caller.answer(Done.DONE);
    }
  }

  /**
   * What lies at a block.
   *
   * @param mapping a hole if nothing does
   * @param unwritten whether it is allocated and was never written
   */
  record Found(BlockMapping mapping, boolean unwritten) {}

  record Find(Caller<Found> caller, long block, int maxBlocks) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      caller.answer(
          new Found(info.extents.find(block, maxBlocks), info.extents.isUnwritten(block)));
    }
  }

  /**
   * What an allocation needs to know.
   *
   * @param goal where the blocks should be
   * @param count how many at most
   */
  record Plan(long goal, int count) {}

  record PlanAllocation(Caller<Plan> caller, long block, int maxBlocks) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      caller.answer(new Plan(info.extents.goal(block), info.extents.hole(block, maxBlocks)));
    }
  }

  record Insert(Caller<Done> caller, long block, long first, int count, boolean unwritten)
      implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      info.extents.insert(block, first, count, unwritten);
      caller.answer(Done.DONE);
    }
  }

  record Convert(Caller<Done> caller, long block, long count) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      info.extents.convert(block, count);
      caller.answer(Done.DONE);
    }
  }

  record RemoveSpace(Caller<List<Extent>> caller, long block) implements Command {
    @Override
    public void execute(Ext4InodeInfo info) {
      caller.answer(info.extents.removeFrom(block));
    }
  }

  /** {@code down_read(&EXT4_I(inode)->i_data_sem)}. */
  static Step<Done> downRead(ActorRef<Command> info) {
    return Step.acquire(LockClass.I_DATA_SEM, Waiting.UNINTERRUPTIBLE, info, DownRead::new);
  }

  /** {@code up_read(&EXT4_I(inode)->i_data_sem)}. */
  static Step<Done> upRead(ActorRef<Command> info) {
    return Step.release(LockClass.I_DATA_SEM, info, UpRead::new);
  }

  /** {@code down_write(&EXT4_I(inode)->i_data_sem)}. */
  static Step<Done> downWrite(ActorRef<Command> info) {
    return Step.acquire(LockClass.I_DATA_SEM, Waiting.UNINTERRUPTIBLE, info, DownWrite::new);
  }

  /** {@code up_write(&EXT4_I(inode)->i_data_sem)}. */
  static Step<Done> upWrite(ActorRef<Command> info) {
    return Step.release(LockClass.I_DATA_SEM, info, UpWrite::new);
  }

  /** {@code ext4_ext_map_blocks} without allocation, under i_data_sem. */
  static Step<Found> find(ActorRef<Command> info, long block, int maxBlocks) {
    return Step.call(info, c -> new Find(c, block, maxBlocks));
  }

  /** Goal and length of an allocation, under i_data_sem for writing. */
  static Step<Plan> plan(ActorRef<Command> info, long block, int maxBlocks) {
    return Step.call(info, c -> new PlanAllocation(c, block, maxBlocks));
  }

  /** {@code ext4_ext_insert_extent}, under i_data_sem for writing. */
  static Step<Done> insert(
      ActorRef<Command> info, long block, long first, int count, boolean unwritten) {
    return Step.call(info, c -> new Insert(c, block, first, count, unwritten));
  }

  /** {@code ext4_convert_unwritten_extents_endio}, under i_data_sem for writing. */
  static Step<Done> convert(ActorRef<Command> info, long block, long count) {
    return Step.call(info, c -> new Convert(c, block, count));
  }

  /** {@code ext4_ext_remove_space}, under i_data_sem for writing. */
  static Step<List<Extent>> removeSpace(ActorRef<Command> info, long block) {
    return Step.call(info, c -> new RemoveSpace(c, block));
  }
}
