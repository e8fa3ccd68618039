package diorama.process.fio;

import diorama.kernel.sched.Chance;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one loop of a job, in order: which way each goes and where.
 *
 * <p>Random offsets come without repeats, each block once in a loop: a drawn block that was used
 * gives way to the next one that was not, as fio's random map does. In a sequential mix reads and
 * writes each have a position of their own.
 */
final class Offsets {
  private final JobOptions options;
  private final Chance chance;
  private final int blocks;
  private final BitSet used = new BitSet();
  private final int[] next = new int[2];
  private int issued;

  Offsets(JobOptions options, Chance chance) {
    this.options = options;
    this.chance = chance;
    this.blocks = Math.toIntExact(options.size() / options.bs());
  }

  /** The next request, or null when the loop has transferred the job's size. */
  @Nullable IoUnit next() {
    if (issued == blocks) {
      return null;
    }
    issued++;
    boolean write = drawWrite();
    int block = options.rw().random() ? drawBlock() : next[write ? 1 : 0]++;
    return new IoUnit(write, options.offset() + block * options.bs(), options.bs());
  }

  private boolean drawWrite() {
    if (options.rw().reads() && options.rw().writes()) {
      return chance.below(100) >= options.rwmixread();
    }
    return options.rw().writes();
  }

  private int drawBlock() {
    int drawn = (int) chance.below(blocks);
    if (options.norandommap()) {
      return drawn;
    }
    int free = used.nextClearBit(drawn);
    int block = free < blocks ? free : used.nextClearBit(0);
    used.set(block);
    return block;
  }

  /** The next loop begins. */
  void restart() {
    used.clear();
    next[0] = 0;
    next[1] = 0;
    issued = 0;
  }
}
