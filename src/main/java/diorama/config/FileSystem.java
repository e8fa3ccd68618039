package diorama.config;

import diorama.kernel.Fix;
import java.time.Duration;
import java.util.Optional;

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

  /** What a kernel must have for such a file system, and the first profile that has it. */
  private record Needs(Fix fix, String since) {}

  private Optional<Needs> needs() {
    return switch (type) {
      case EXT3 -> Optional.empty();
      case EXT4 -> Optional.of(new Needs(Fix.JBD2_INODE_LISTS, "linux-4.2"));
      case XFS -> Optional.of(new Needs(Fix.IOMAP_DIO, "linux-4.12"));
    };
  }

  /** Whether a kernel has such a file system. */
  public boolean isIn(Profile profile) {
    return needs().stream().allMatch(needs -> profile.kernel().fixed(needs.fix));
  }

  /**
   * Refuses a kernel that has no such file system, and a mode that the file system has not.
   *
   * @throws BadInput if so
   */
  public void check(Profile profile) {
    String name = Words.of(type);
    if (!isIn(profile)) {
      Needs needs = needs().orElseThrow();
      throw new BadInput(
          "filesystem.type = %s: %s has no %s; allowed: a kernel with %s, from %s on"
              .formatted(name, profile.name(), name, needs.fix.commit(), needs.since));
    }
    if (type == Type.XFS && data != Data.ORDERED) {
      throw new BadInput(
          "filesystem.data = "
              + Words.of(data)
              + ": xfs has no data modes; allowed with filesystem.type = xfs: ordered");
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
