package diorama.kernel.fs.xfs;

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
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.FreshPages;
import diorama.kernel.sched.Step;
import java.util.Objects;

/** {@code fs/xfs/xfs_super.c}: a mounted XFS, without its log. */
final class XfsFileSystem implements MountedFileSystem {
  private static final long BDEV_INO = 0;

  private final Machine machine;
  private final XfsOptions options;
  private final Xfs.Shared shared;
  private final Inode bdev;

  /** {@code xfs_fs_fill_super}: mounts a file system that was just made. */
  XfsFileSystem(Machine machine, XfsOptions options) {
    this.machine = machine;
    this.options = options;
    Spawner spawner = machine.spawner();
    Buffer buffer = new Buffer(machine.host(), machine.block(), machine.bdevname());
    this.shared =
        new Xfs.Shared(
            machine.profile(),
            spawner.object(
                "xfs-bmap", XfsBmap.create(XfsOptions.FIRST_DATA_BLOCK, options.deviceBlocks())),
            buffer,
            new Mpage(buffer),
            Objects.requireNonNull(machine.iomap()),
            machine.genericFile(),
            machine.sync(),
            machine.block());
    this.bdev =
        new Inode(
            BDEV_INO,
            options.blkbits(),
            spawner.object("bdev-inode", InodeActor.create()),
            spawner.object("bdev-mapping", AddressSpaceActor.create(machine.host().tracer())),
            new BlkdevOperations(buffer),
            new NoFileOperations(),
            SuperOperations.NONE);
  }

  @Override
  public Inode newInode(long ino) {
    Spawner spawner = machine.spawner();
    Xfs operations = new Xfs(shared);
    return new Inode(
        ino,
        options.blkbits(),
        spawner.object("inode-" + ino, InodeActor.create()),
        spawner.object(
            "mapping-" + ino,
            AddressSpaceActor.create(machine.host().tracer(), FreshPages.RECYCLED)),
        operations,
        operations,
        SuperOperations.NONE);
  }

  @Override
  public Inode bdev() {
    return bdev;
  }

  /** {@code xfs_vm_bmap}: a hole where an extent is unwritten. */
  @Override
  public Step<BlockMapping> bmap(Inode inode, long block) {
    ActorRef<XfsBmap.Command> extents = shared.bmap();
    return XfsBmap.read(extents, inode.ino(), block, 1)
        .map(found -> found.mapping().unwritten() ? BlockMapping.HOLE : found.mapping());
  }
}
