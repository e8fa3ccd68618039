package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import java.util.BitSet;

/**
 * {@code fs/ext3/balloc.c}: which data blocks are free. The bitmap in memory; its block on disk is
 * journalled by who allocates.
 */
public final class BlockAllocator {
  /**
   * Blocks that follow each other.
   *
   * @param first the first one
   * @param count how many, 0 if the file system is full
   */
  public record Run(long first, int count) {}

  private final long first;
  private final int size;
  private final BitSet used = new BitSet();

  /** The blocks from {@code first} up to {@code end}, all free. */
  public BlockAllocator(long first, long end) {
    this.first = first;
    this.size = (int) (end - first);
  }

  /** The actor of an allocator. */
  public static Behavior<Command> create(long first, long end) {
    return ObjectActor.of(new BlockAllocator(first, end));
  }

  /**
   * {@code ext3_new_blocks}: up to {@code count} free blocks in a row, at the goal or at the next
   * free place behind it, or else from the start.
   */
  public Run allocate(long goal, int count) {
    int from = used.nextClearBit((int) Math.max(0, Math.min(size, goal - first)));
    if (from >= size) {
      from = used.nextClearBit(0);
    }
    if (from >= size) {
      return new Run(0, 0);
    }
    int nextUsed = used.nextSetBit(from);
    int end = Math.min(size, nextUsed < 0 ? size : nextUsed);
    int got = Math.min(count, end - from);
    used.set(from, from + got);
    return new Run(first + from, got);
  }

  /** Gives blocks back that were allocated. */
  public void free(Run run) {
    int from = (int) (run.first() - first);
    used.clear(from, from + run.count());
  }

  /** How many blocks are free. */
  public int free() {
    return size - used.cardinality();
  }

  /** What an allocator is asked, under the group's lock. */
  public sealed interface Command extends Request<BlockAllocator> {}

  record Allocate(Caller<Run> caller, long goal, int count) implements Command {
    @Override
    public void execute(BlockAllocator allocator) {
      caller.answer(allocator.allocate(goal, count));
    }
  }

  /** {@code ext3_new_blocks}. */
  static Step<Run> newBlocks(ActorRef<Command> allocator, long goal, int count) {
    return Step.call(allocator, c -> new Allocate(c, goal, count));
  }
}
