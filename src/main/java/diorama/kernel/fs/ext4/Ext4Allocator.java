package diorama.kernel.fs.ext4;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.fs.ext3.BlockAllocator;
import diorama.kernel.fs.ext3.BlockAllocator.Run;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code fs/ext4/mballoc.c}: which data blocks are free. A block that is freed can be allocated
 * again when the transaction that freed it has been committed, and holds what it held; with
 * data=writeback at once.
 */
public final class Ext4Allocator {
  private final BlockAllocator blocks;
  private final boolean reusesAtOnce;

  /** {@code s_freed_data_list}: blocks by the transaction that freed them. */
  private final TreeMap<Integer, List<Run>> freed = new TreeMap<>();

  private Ext4Allocator(long first, long end, boolean reusesAtOnce) {
    this.blocks = new BlockAllocator(first, end);
    this.reusesAtOnce = reusesAtOnce;
  }

  /** The blocks from {@code first} up to {@code end}, all free. */
  static Behavior<Command> create(long first, long end, boolean reusesAtOnce) {
    return ObjectActor.of(new Ext4Allocator(first, end, reusesAtOnce));
  }

  private void free(Run run, int tid) {
    if (reusesAtOnce) {
      blocks.free(run);
    } else {
      freed.computeIfAbsent(tid, t -> new ArrayList<>()).add(run);
    }
  }

  private void committed(int tid) {
    Map<Integer, List<Run>> reusable = freed.headMap(tid, true);
    reusable.values().forEach(runs -> runs.forEach(blocks::free));
    reusable.clear();
  }

  /** What an allocator is asked, under the group's lock. */
  public sealed interface Command extends Request<Ext4Allocator> {}

  record Allocate(Caller<Run> caller, long goal, int count) implements Command {
    @Override
    public void execute(Ext4Allocator allocator) {
      caller.answer(allocator.blocks.allocate(goal, count));
    }
  }

  record Free(Caller<Done> caller, Run run, int tid) implements Command {
    @Override
    public void execute(Ext4Allocator allocator) {
      allocator.free(run, tid);
      caller.answer(Done.DONE);
    }
  }

  record Committed(Caller<Done> caller, int tid) implements Command {
    @Override
    public void execute(Ext4Allocator allocator) {
      allocator.committed(tid);
      caller.answer(Done.DONE);
    }
  }

  /** {@code ext4_mb_new_blocks}: up to so many free blocks in a row, at the goal or behind it. */
  static Step<Run> newBlocks(ActorRef<Command> allocator, long goal, int count) {
    return Step.call(allocator, c -> new Allocate(c, goal, count));
  }

  /** {@code ext4_free_blocks} in a transaction. */
  static Step<Done> freeBlocks(ActorRef<Command> allocator, Run run, int tid) {
    return Step.call(allocator, c -> new Free(c, run, tid));
  }

  /** {@code ext4_free_data_callback}: a transaction was committed. */
  static Step<Done> committed(ActorRef<Command> allocator, int tid) {
    return Step.call(allocator, c -> new Committed(c, tid));
  }
}
