package diorama.config;

import diorama.kernel.Fix;
import java.time.Duration;
import java.util.Locale;

/**
 * The file system of a scenario's machines.
 *
 * @param type what it is
 * @param data how its journal treats data
 * @param blockSize bytes of a block
 * @param journalBlocks blocks of its journal
 * @param commit seconds between commits, as the mount option {@code commit=}
 */
public record FileSystem(Type type, Data data, int blockSize, int journalBlocks, Duration commit) {
  /** The kinds of file systems. */
  public enum Type {
    EXT3,
    /** From 4.2 on, among the kernels that are here. */
    EXT4,
    /** From 4.12 on, among the kernels that are here. It has no data mode, and here no log. */
    XFS
  }

  /** The mount option {@code data=}. */
  public enum Data {
    /** Data reach the disk before the transaction that refers to them. */
    ORDERED,
    /** Data reach the disk when they do. */
    WRITEBACK,
    /** Data go through the journal too. */
    JOURNAL
  }

  static final Section SCHEMA =
      Section.of(
          Key.of("type", Scalar.Choice.of(Type.values()), "ext3", "what it is"),
          Key.of(
              "data",
              Scalar.Choice.of(Data.values()),
              "ordered",
              "how its journal treats data: the mount option data="),
          Key.of("block-size", new Scalar.Size(1024, 4096, 1024), "4096", "bytes of a block"),
          Key.of(
              "journal-blocks",
              new Scalar.Whole(1024, 102_400),
              "8192",
              "blocks of its journal; mke2fs makes 1024 to 102400"),
          Key.of(
              "commit",
              new Scalar.Time(Duration.ofSeconds(1), Duration.ofHours(1)),
              "5s",
              "time between commits: the mount option commit=, scaled by time.scale"));

  /** Whether a kernel has such a file system. */
  public boolean isIn(Profile profile) {
    return type != Type.EXT4 || profile.kernel().fixed(Fix.JBD2_INODE_LISTS);
  }

  /**
   * Refuses a kernel that has no such file system.
   *
   * @throws BadInput if it has none
   */
  public void check(Profile profile) {
    if (!isIn(profile)) {
      throw new BadInput(
          "filesystem.type = ext4: "
              + profile.name()
              + " has no ext4; allowed: a kernel with "
              + Fix.JBD2_INODE_LISTS.commit()
              + ", from linux-4.2 on");
    }
    if (type == Type.XFS) {
      checkXfs(profile);
    }
  }

  private void checkXfs(Profile profile) {
    if (data != Data.ORDERED) {
      throw new BadInput(
          "filesystem.data = "
              + data.name().toLowerCase(Locale.ROOT)
              + ": xfs has no data modes; allowed with filesystem.type = xfs: ordered");
    }
    if (!profile.kernel().fixed(Fix.IOMAP_DIO)) {
      throw new BadInput(
          "filesystem.type = xfs: "
              + profile.name()
              + " has no xfs; allowed: a kernel with "
              + Fix.IOMAP_DIO.commit()
              + ", from linux-4.12 on");
    }
  }

  static FileSystem of(Values v) {
    return new FileSystem(
        v.constant("type", Type.class),
        v.constant("data", Data.class),
        v.whole("block-size"),
        v.whole("journal-blocks"),
        v.time("commit"));
  }
}
