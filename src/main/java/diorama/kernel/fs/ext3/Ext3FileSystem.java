package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.BlkdevOperations;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.MountedFileSystem;
import diorama.kernel.fs.Mpage;
import diorama.kernel.fs.NoFileOperations;
import diorama.kernel.fs.Spawner;
import diorama.kernel.fs.SuperOperations;
import diorama.kernel.fs.ext3.BlockAllocator.Run;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.fs.jbd.JournalActor;
import diorama.kernel.fs.jbd.JournalSettings;
import diorama.kernel.fs.jbd.Kjournald;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** {@code fs/ext3/super.c}: a mounted ext3, with its journal and its kjournald. */
public final class Ext3FileSystem implements MountedFileSystem {
  private static final long BDEV_INO = 0;

  private final Machine machine;
  private final Ext3.Shared shared;
  private final Inode bdev;
  private final ActorRef<BlockAllocator.Command> allocator;
  private final ActorRef<ContextActor.Command> kjournald;

  private Ext3FileSystem(Machine machine, Ext3Options options) {
    this.machine = machine;
    Buffer buffer = new Buffer(machine.host(), machine.block(), machine.bdevname());
    this.bdev = bdevInode(machine, options, buffer);
    Jbd jbd = journal(machine, options, buffer, bdev);
    this.allocator =
        machine
            .spawner()
            .object(
                "ext3-blocks",
                BlockAllocator.create(
                    Ext3Layout.firstDataBlock(options.journalBlocks()), options.deviceBlocks()));
    Ext3Super sb =
        new Ext3Super(
            "ext3",
            machine.host(),
            machine.bdevname(),
            jbd,
            machine.spawner().object("ext3-super", Ext3SuperBlock.create()));
    this.shared =
        new Ext3.Shared(
            machine.profile(),
            options,
            sb,
            jbd,
            buffer,
            new Mpage(buffer),
            new Ext3Metadata("ext3", sb, jbd, buffer, bdev, options.blockSize()),
            machine.directIo(),
            machine.genericFile(),
            machine.writeback());
    this.kjournald = machine.spawner().kthread("kjournald");
  }

  /** {@code ext3_fill_super}: mounts a file system that was just made, and starts kjournald. */
  public static Ext3FileSystem mount(Machine machine, Ext3Options options) {
    Ext3FileSystem fs = new Ext3FileSystem(machine, options);
    fs.kjournald.tell(
        new ContextActor.Run(new Kjournald(fs.shared.jbd(), machine.profile()).run()));
    return fs;
  }

  private static Inode bdevInode(Machine machine, Ext3Options options, Buffer buffer) {
    return new Inode(
        BDEV_INO,
        options.blkbits(),
        machine.spawner().object("bdev-inode", InodeActor.create()),
        machine.spawner().object("bdev-mapping", AddressSpaceActor.create(machine.host().tracer())),
        new BlkdevOperations(buffer),
        new NoFileOperations(),
        SuperOperations.NONE);
  }

  private static Jbd journal(Machine machine, Ext3Options options, Buffer buffer, Inode bdev) {
    JournalSettings settings =
        new JournalSettings(
            options.commitInterval(),
            options.blockSize(),
            Ext3Layout.FIRST_JOURNAL_BLOCK,
            options.journalBlocks(),
            options.barrier());
    ActorRef<JournalActor.Command> journal =
        machine
            .spawner()
            .object(
                "journal",
                JournalActor.create(settings, machine.host().tracer(), machine.host().timers()));
    return new Jbd(machine.profile(), journal, settings, machine.host(), buffer, bdev);
  }

  @Override
  public Inode newInode(long ino) {
    Spawner spawner = machine.spawner();
    ActorRef<Ext3InodeInfo.Command> info =
        spawner.object("ext3-inode-" + ino, Ext3InodeInfo.create(shared.options().blockSize()));
    Ext3 operations =
        switch (shared.options().dataMode()) {
          case ORDERED -> new Ext3Ordered(shared, allocator, info);
          case WRITEBACK -> new Ext3Writeback(shared, allocator, info);
          case JOURNAL -> new Ext3Journalled(shared, allocator, info);
        };
    return new Inode(
        ino,
        shared.options().blkbits(),
        spawner.object("inode-" + ino, InodeActor.create()),
        spawner.object("mapping-" + ino, AddressSpaceActor.create(machine.host().tracer())),
        operations,
        operations,
        operations);
  }

  /**
   * Gives a new file of this file system blocks on disk as if they had been written long ago: what
   * a benchmark's preparation does. Nothing is journalled.
   */
  public Step<Done> layOut(Inode inode, long bytes) {
    Ext3 ext3 = (Ext3) inode.aOps();
    long blocks = (bytes + shared.options().blockSize() - 1) >> inode.blkbits();
    long[] next = {0};
    return Step.loop(
            () ->
                next[0] == blocks
                    ? Step.done(false)
                    : layOutSome(ext3, next, (int) Math.min(blocks - next[0], 1024)).map(d -> true))
        .then(() -> InodeActor.iSizeWrite(inode, bytes))
        .then(() -> InodeActor.iDisksizeWrite(inode, bytes));
  }

  private Step<Done> layOutSome(Ext3 ext3, long[] next, int count) {
    return Ext3InodeInfo.plan(ext3.info, next[0], count)
        .then(plan -> BlockAllocator.newBlocks(allocator, plan.goal(), plan.count()))
        .then(run -> spliceLaidOut(ext3, next, run));
  }

  private Step<Done> spliceLaidOut(Ext3 ext3, long[] next, Run run) {
    if (run.count() == 0) {
      throw new IllegalArgumentException("the device is too small for the files laid out on it");
    }
    long block = next[0];
    next[0] += run.count();
    return Ext3InodeInfo.splice(ext3.info, block, run.first(), run.count(), -1);
  }

  /** {@code ext3_bmap}, inode.c (2.6.20). */
  @Override
  public Step<BlockMapping> bmap(Inode inode, long block) {
    return Ext3InodeInfo.find(((Ext3) inode.aOps()).info, block, 1);
  }

  /** The journal: handles and commits. */
  public Jbd jbd() {
    return shared.jbd();
  }

  @Override
  public Inode bdev() {
    return bdev;
  }

  /** The context that commits. */
  public ActorRef<ContextActor.Command> kjournald() {
    return kjournald;
  }

  /** {@code ->open}: refused with -EINVAL for O_DIRECT where there is no direct I/O. */
  public boolean opens(File file) {
    return !file.direct() || file.inode().aOps().hasDirectIo();
  }
}
