package diorama.kernel.fs.ext4;

import akka.actor.typed.ActorRef;
import diorama.kernel.fs.BlkdevOperations;
import diorama.kernel.fs.BlockMapping;
import diorama.kernel.fs.Buffer;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.MountedFileSystem;
import diorama.kernel.fs.Mpage;
import diorama.kernel.fs.NoFileOperations;
import diorama.kernel.fs.Spawner;
import diorama.kernel.fs.SuperOperations;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.fs.ext3.Ext3Layout;
import diorama.kernel.fs.ext3.Ext3Metadata;
import diorama.kernel.fs.ext3.Ext3Super;
import diorama.kernel.fs.ext3.Ext3SuperBlock;
import diorama.kernel.fs.jbd.Jbd;
import diorama.kernel.fs.jbd.Jbd2Buffers.OrderedData;
import diorama.kernel.fs.jbd.JbdVersion;
import diorama.kernel.fs.jbd.JournalActor;
import diorama.kernel.fs.jbd.JournalSettings;
import diorama.kernel.fs.jbd.Kjournald;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.FreshPages;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.PageWriteback;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Step;

/** {@code fs/ext4/super.c}: a mounted ext4, with its journal and its kjournald2. */
public final class Ext4FileSystem implements MountedFileSystem {
  private static final long BDEV_INO = 0;

  private final Machine machine;
  private final Ext4.Shared shared;
  private final Inode bdev;
  private final ActorRef<Ext4Allocator.Command> allocator;

  private Ext4FileSystem(Machine machine, Ext4Options options) {
    this.machine = machine;
    Buffer buffer = new Buffer(machine.host(), machine.block(), machine.bdevname());
    this.bdev = bdevInode(machine, options, buffer);
    Jbd jbd = journal(machine, options, buffer, bdev);
    this.allocator =
        machine
            .spawner()
            .object(
                "ext4-blocks",
                Ext4Allocator.create(
                    Ext3Layout.firstDataBlock(options.journalBlocks()),
                    options.deviceBlocks(),
                    options.dataMode() == DataMode.WRITEBACK));
    jbd.jbd2().onCommit(orderedData(), tid -> Ext4Allocator.committed(allocator, tid));
    Ext3Super sb =
        new Ext3Super(
            "ext4",
            machine.host(),
            machine.bdevname(),
            jbd,
            machine.spawner().object("ext4-super", Ext3SuperBlock.create()));
    this.shared =
        new Ext4.Shared(
            options,
            sb,
            jbd,
            buffer,
            new Mpage(buffer),
            new Ext3Metadata("ext4", sb, jbd, buffer, bdev, options.blockSize()),
            machine.directIo(),
            machine.genericFile(),
            machine.writeback());
    ActorRef<ContextActor.Command> kjournald2 =
        machine.spawner().kthread("jbd2/" + machine.bdevname() + "-8");
    kjournald2.tell(new ContextActor.Run(new Kjournald(jbd, machine.profile()).run()));
  }

  /** {@code ext4_fill_super}: mounts a file system that was just made, and starts kjournald2. */
  static Ext4FileSystem mount(Machine machine, Ext4Options options) {
    return new Ext4FileSystem(machine, options);
  }

  private static OrderedData orderedData() {
    PageWriteback writeback = new PageWriteback();
    return new OrderedData() {
      @Override
      public Step<Long> submit(Inode inode) {
        return Step.function(
            "journal_submit_inode_data_buffers", () -> writeback.filemapFdatawrite(inode));
      }

      @Override
      public Step<Long> await(Inode inode) {
        return writeback.filemapFdatawait(inode);
      }
    };
  }

  private static Inode bdevInode(Machine machine, Ext4Options options, Buffer buffer) {
    return new Inode(
        BDEV_INO,
        options.blkbits(),
        machine.spawner().object("bdev-inode", InodeActor.create()),
        machine.spawner().object("bdev-mapping", AddressSpaceActor.create(machine.host().tracer())),
        new BlkdevOperations(buffer),
        new NoFileOperations(),
        SuperOperations.NONE);
  }

  private static Jbd journal(Machine machine, Ext4Options options, Buffer buffer, Inode bdev) {
    JournalSettings settings =
        new JournalSettings(
            options.commitInterval(),
            options.blockSize(),
            Ext3Layout.FIRST_JOURNAL_BLOCK,
            options.journalBlocks(),
            options.barrier(),
            JbdVersion.JBD2);
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
    ActorRef<Ext4InodeInfo.Command> info =
        spawner.object("ext4-inode-" + ino, Ext4InodeInfo.create());
    boolean journalled = shared.options().dataMode() == DataMode.JOURNAL;
    Ext4 operations =
        journalled
            ? new Ext4Journalled(shared, allocator, info, machine.profile())
            : new Ext4Data(shared, allocator, info);
    return new Inode(
        ino,
        shared.options().blkbits(),
        spawner.object("inode-" + ino, InodeActor.create()),
        spawner.object(
            "mapping-" + ino,
            AddressSpaceActor.create(
                machine.host().tracer(), journalled ? FreshPages.JOURNALLED : FreshPages.RECYCLED)),
        operations,
        operations,
        operations);
  }

  /** {@code ext4_bmap}: a hole where an extent is unwritten. */
  @Override
  public Step<BlockMapping> bmap(Inode inode, long block) {
    return Ext4InodeInfo.find(((Ext4) inode.aOps()).info, block, 1)
        .map(found -> found.unwritten() ? BlockMapping.HOLE : found.mapping());
  }

  @Override
  public Step<Boolean> isHome(Inode inode, Page page) {
    boolean[] home = {true};
    return AddressSpaceActor.pageBuffers(page)
        .then(
            buffers ->
                Step.forEach(
                    buffers, bh -> jbd().jbd2().isJbdDirty(bh).map(dirty -> home[0] &= !dirty)))
        .map(d -> home[0]);
  }

  /** The journal: handles and commits. */
  public Jbd jbd() {
    return shared.jbd();
  }

  @Override
  public Inode bdev() {
    return bdev;
  }
}
