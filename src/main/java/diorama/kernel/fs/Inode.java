package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.tracepoint.Subject;

/**
 * A pointer to a {@code struct inode}: its parts that do not change, and the two objects that hold
 * the rest.
 */
public final class Inode implements Subject {
  private final long ino;
  private final int blkbits;
  private final ActorRef<InodeActor.Command> actor;
  private final ActorRef<AddressSpaceActor.Command> mapping;
  private final AddressSpaceOperations operations;
  private final FileOperations fileOperations;
  private final SuperOperations superOperations;

  /**
   * An inode of a mounted file system.
   *
   * @param blkbits log2 of the block size in bytes: 10 to 12
   * @param actor i_mutex, i_alloc_sem, i_size
   * @param mapping i_mapping
   */
  public Inode(
      long ino,
      int blkbits,
      ActorRef<InodeActor.Command> actor,
      ActorRef<AddressSpaceActor.Command> mapping,
      AddressSpaceOperations operations,
      FileOperations fileOperations,
      SuperOperations superOperations) {
    this.ino = ino;
    this.blkbits = blkbits;
    this.actor = actor;
    this.mapping = mapping;
    this.operations = operations;
    this.fileOperations = fileOperations;
    this.superOperations = superOperations;
  }

  public long ino() {
    return ino;
  }

  /** log2 of the block size. */
  public int blkbits() {
    return blkbits;
  }

  /** i_mutex, i_alloc_sem and i_size. */
  public ActorRef<InodeActor.Command> actor() {
    return actor;
  }

  /** The page cache of this file. */
  public ActorRef<AddressSpaceActor.Command> mapping() {
    return mapping;
  }

  /** {@code i_mapping->a_ops}. */
  public AddressSpaceOperations aOps() {
    return operations;
  }

  /** {@code i_fop}. */
  public FileOperations fOps() {
    return fileOperations;
  }

  /** {@code i_sb->s_op}. */
  public SuperOperations sOps() {
    return superOperations;
  }

  @Override
  public Kind kind() {
    return Kind.INODE;
  }

  @Override
  public String label() {
    return "inode " + ino;
  }
}
