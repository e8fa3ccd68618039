package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.GetBlock;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.ext3.BlockAllocator.Run;
import diorama.kernel.fs.ext3.Ext3InodeInfo.Plan;
import diorama.kernel.fs.jbd.Handle;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.fs.jbd.Transaction;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.Objects;

/** {@code ext3_get_block} for the blocks of one file. */
final class Ext3GetBlock implements GetBlock {
  /** {@code EXT3_RESERVE_TRANS_BLOCKS}. */
  private static final int RESERVE_TRANS_BLOCKS = 12;

  /** {@code DIO_CREDITS}. */
  static final int DIO_CREDITS = RESERVE_TRANS_BLOCKS + 32;

  private final Ext3Super sb;
  private final Jbd jbd;
  private final Ext3Metadata metadata;
  private final ActorRef<BlockAllocator.Command> allocator;
  private final ActorRef<Ext3InodeInfo.Command> info;

  Ext3GetBlock(
      Ext3Super sb,
      Jbd jbd,
      Ext3Metadata metadata,
      ActorRef<BlockAllocator.Command> allocator,
      ActorRef<Ext3InodeInfo.Command> info) {
    this.sb = sb;
    this.jbd = jbd;
    this.metadata = metadata;
    this.allocator = allocator;
    this.info = info;
  }

  /**
   * {@code ext3_get_block}, inode.c:947 (2.6.20). A direct write maps many blocks in one handle and
   * would hold off a commit for long: it lets go of a transaction that is T_LOCKED and goes on in
   * the next one, so its caller has to look up the handle again. Since bd1939de a direct write has
   * no handle; what it allocates gets one here.
   */
  @Override
  public Step<BlockMapping> map(Inode inode, long block, int maxBlocks, boolean create) {
    return Step.function(
        "ext3_get_block",
        () ->
            Step.current(
                context ->
                    create && Jbd.currentHandle(context) == null
                        ? inHandleOfItsOwn(inode, block, maxBlocks)
                        : inHandleOfItsCaller(inode, block, maxBlocks, create)));
  }

  private Step<BlockMapping> inHandleOfItsOwn(Inode inode, long block, int maxBlocks) {
    return sb.journalStart(DIO_CREDITS)
        .then(
            handle ->
                handle.isErr()
                    ? failed(handle.ptrErr())
                    : getBlocksHandle(inode, block, maxBlocks, true)
                        .alsoDo(() -> jbd.journalStop(handle)));
  }

  private Step<BlockMapping> inHandleOfItsCaller(
      Inode inode, long block, int maxBlocks, boolean create) {
    Step<Long> credits = create && maxBlocks > 1 ? renewCredits() : Step.done(0L);
    return credits.then(
        error -> error != 0 ? failed(error) : getBlocksHandle(inode, block, maxBlocks, create));
  }

  private static Step<BlockMapping> failed(long error) {
    return Step.done(new BlockMapping(-1, 0, false, error));
  }

  private Step<Long> renewCredits() {
    return currentHandle()
        .then(
            handle ->
                jbd.transactionState(handle)
                    .then(
                        state ->
                            state == Transaction.State.LOCKED
                                ? stopAndStart(handle)
                                : extendOrRestart(handle)));
  }

  private Step<Long> stopAndStart(Handle handle) {
    return jbd.journalStop(handle)
        .then(() -> sb.journalStart(DIO_CREDITS))
        .map(fresh -> fresh.isErr() ? fresh.ptrErr() : 0L);
  }

  private Step<Long> extendOrRestart(Handle handle) {
    if (handle.bufferCredits() > RESERVE_TRANS_BLOCKS) {
      return Step.done(0L);
    }
    return jbd.journalExtend(handle, DIO_CREDITS)
        .then(extended -> extended ? Step.done(0L) : jbd.journalRestart(handle, DIO_CREDITS));
  }

  private static Step<Handle> currentHandle() {
    return Step.current(c -> Step.done(Objects.requireNonNull(Jbd.currentHandle(c))));
  }

  /** {@code ext3_get_blocks_handle}, inode.c:789 (2.6.20). */
  private Step<BlockMapping> getBlocksHandle(
      Inode inode, long block, int maxBlocks, boolean create) {
    return Step.function(
        "ext3_get_blocks_handle",
        () ->
            Ext3InodeInfo.find(info, block, maxBlocks)
                .then(
                    found ->
                        found.mapped() || !create
                            ? Step.done(found)
                            : allocateUnlessDone(inode, block, maxBlocks)));
  }

  /** Under truncate_mutex somebody else may have allocated it in the meantime. */
  private Step<BlockMapping> allocateUnlessDone(Inode inode, long block, int maxBlocks) {
    return Ext3InodeInfo.mutexLock(info)
        .then(() -> Ext3InodeInfo.find(info, block, maxBlocks))
        .then(found -> found.mapped() ? Step.done(found) : allocate(inode, block, maxBlocks))
        .alsoDo(() -> Ext3InodeInfo.mutexUnlock(info));
  }

  private Step<BlockMapping> allocate(Inode inode, long block, int maxBlocks) {
    return currentHandle()
        .then(
            handle ->
                Ext3InodeInfo.plan(info, block, maxBlocks)
                    .then(plan -> new Allocation(handle, inode, block, plan).run()));
  }

  /** {@code ext3_alloc_branch} and {@code ext3_splice_branch} with their locals. */
  private final class Allocation {
    private final Handle handle;
    private final Inode inode;
    private final long block;
    private final Plan plan;
    private long indirectBlock;
    private long goal;
    private Run run = new Run(0, 0);
    private long error;

    Allocation(Handle handle, Inode inode, long block, Plan plan) {
      this.handle = handle;
      this.inode = inode;
      this.block = block;
      this.plan = plan;
      this.indirectBlock = plan.indirectBlock();
      this.goal = plan.goal();
    }

    Step<BlockMapping> run() {
      return Step.when(indirectBlock == 0, this::newIndirectBlock)
          .then(() -> unlessFailed(this::newDataBlocks))
          .then(() -> unlessFailed(() -> note(metadata.change(handle, Ext3Layout.BLOCK_BITMAP))))
          .then(
              () -> unlessFailed(() -> note(metadata.change(handle, Ext3Layout.GROUP_DESCRIPTOR))))
          .then(
              () ->
                  unlessFailed(
                      () ->
                          Step.when(
                              indirectBlock > 0,
                              () -> note(metadata.change(handle, indirectBlock)))))
          .then(() -> unlessFailed(this::spliceBranch))
          .then(
              () ->
                  Step.done(
                      error != 0
                          ? new BlockMapping(-1, 0, false, error)
                          : new BlockMapping(run.first(), run.count(), true, 0)));
    }

    private Step<Done> unlessFailed(java.util.function.Supplier<Step<Done>> next) {
      return error != 0 ? Step.done() : next.get();
    }

    private Step<Done> note(Step<Long> change) {
      return change.map(
          result -> {
            error = result;
            return Done.DONE;
          });
    }

    private Step<Done> newIndirectBlock() {
      return BlockAllocator.newBlocks(allocator, goal, 1)
          .map(
              got -> {
                error = got.count() == 0 ? -(long) Errno.ENOSPC : 0;
                indirectBlock = got.first();
                goal = got.first() + 1;
                return Done.DONE;
              });
    }

    private Step<Done> newDataBlocks() {
      return BlockAllocator.newBlocks(allocator, goal, plan.count())
          .map(
              got -> {
                error = got.count() == 0 ? -(long) Errno.ENOSPC : 0;
                run = got;
                return Done.DONE;
              });
    }

    private Step<Done> spliceBranch() {
      return Ext3InodeInfo.splice(info, block, run.first(), run.count(), indirectBlock)
          .then(() -> note(metadata.markInodeDirty(handle, inode)));
    }
  }
}
