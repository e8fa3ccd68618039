package diorama.kernel.fs.xfs;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.Errno;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.ext3.BlockAllocator;
import diorama.kernel.fs.ext4.ExtentMap;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import java.util.TreeMap;

/**
 * fs/xfs/libxfs/xfs_bmap.c: the extents of all files of a file system, and its free space. Each
 * message is one transaction under the inode's ILOCK.
 */
public final class XfsBmap {
  private final BlockAllocator free;
  private final TreeMap<Long, ExtentMap> files = new TreeMap<>();

  private XfsBmap(BlockAllocator free) {
    this.free = free;
  }

  /** Files without blocks, and the blocks from {@code first} up to {@code end}, all free. */
  static Behavior<Command> create(long first, long end) {
    return ObjectActor.of(new XfsBmap(new BlockAllocator(first, end)));
  }

  private ExtentMap file(long ino) {
    return files.computeIfAbsent(ino, i -> new ExtentMap());
  }

  private BlockMapping find(long ino, long block, int maxBlocks) {
    ExtentMap file = file(ino);
    BlockMapping found = file.find(block, maxBlocks);
    return found.mapped() && file.isUnwritten(block)
        ? new BlockMapping(found.block(), found.blocks(), false, 0, true)
        : found;
  }

  private BlockMapping allocate(long ino, long block, int maxBlocks) {
    BlockMapping found = find(ino, block, maxBlocks);
    if (found.mapped()) {
      return found;
    }
    ExtentMap file = file(ino);
    BlockAllocator.Run run = free.allocate(file.goal(block), file.hole(block, maxBlocks));
    if (run.count() == 0) {
      return new BlockMapping(-1, 0, false, -Errno.ENOSPC);
    }
    file.insert(block, run.first(), run.count(), true);
    return new BlockMapping(run.first(), run.count(), true, 0, true);
  }

  /** What the extents are asked. */
  public sealed interface Command extends Request<XfsBmap> {}

  /**
   * What lies at a block.
   *
   * @param blocks how far that goes, a hole too
   */
  record Found(BlockMapping mapping, int blocks) {}

  record Read(Caller<Found> caller, long ino, long block, int maxBlocks) implements Command {
    @Override
    public void execute(XfsBmap bmap) {
      BlockMapping found = bmap.find(ino, block, maxBlocks);
      int blocks = found.mapped() ? found.blocks() : bmap.file(ino).hole(block, maxBlocks);
      caller.answer(new Found(found, blocks));
    }
  }

  record Allocate(Caller<BlockMapping> caller, long ino, long block, int maxBlocks)
      implements Command {
    @Override
    public void execute(XfsBmap bmap) {
      caller.answer(bmap.allocate(ino, block, maxBlocks));
    }
  }

  record AllocateWritten(Caller<BlockMapping> caller, long ino, long block) implements Command {
    @Override
    public void execute(XfsBmap bmap) {
      BlockMapping found = bmap.allocate(ino, block, 1);
      if (found.mapped()) {
        bmap.file(ino).convert(block, 1);
      }
      caller.answer(
          new BlockMapping(found.block(), found.blocks(), found.unwritten(), found.error()));
    }
  }

  record Convert(Caller<Done> caller, long ino, long block, long count) implements Command {
    @Override
    public void execute(XfsBmap bmap) {
      bmap.file(ino).convert(block, count);
      caller.answer(Done.DONE);
    }
  }

  /** {@code xfs_bmapi_read}: what lies there. */
  static Step<Found> read(ActorRef<Command> bmap, long ino, long block, int maxBlocks) {
    return Step.call(bmap, c -> new Read(c, ino, block, maxBlocks));
  }

  /** {@code xfs_iomap_write_direct}: a hole gets blocks, unwritten. */
  static Step<BlockMapping> allocate(ActorRef<Command> bmap, long ino, long block, int maxBlocks) {
    return Step.call(bmap, c -> new Allocate(c, ino, block, maxBlocks));
  }

  /** {@code xfs_iomap_write_allocate}: the block is there, and written; new if it was not. */
  static Step<BlockMapping> allocateWritten(ActorRef<Command> bmap, long ino, long block) {
    return Step.call(bmap, c -> new AllocateWritten(c, ino, block));
  }

  /** The transaction of {@code xfs_iomap_write_unwritten}. */
  static Step<Done> convert(ActorRef<Command> bmap, long ino, long block, long count) {
    return Step.call(bmap, c -> new Convert(c, ino, block, count));
  }
}
