package diorama.kernel.fs;

import diorama.kernel.data.Sector;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What a read or a write moves, for those who compare reads with writes. */
final class UserTransfer implements Transfer {
  private static final String DIRECT = "direct";
  private static final String MAPPED = "mapped";

  private final File file;
  private final String way;
  private final long offset;
  private final long length;
  private final String what;
  private final IntFunction<@Nullable Sector> sectors;

  private UserTransfer(
      String way,
      String what,
      File file,
      long offset,
      long length,
      IntFunction<@Nullable Sector> sectors) {
    this.way = way;
    this.what = what;
    this.file = file;
    this.offset = offset;
    this.length = length;
    this.sectors = sectors;
  }

  static UserTransfer read(File file, long offset, ReadBuffer target) {
    return new UserTransfer(way(file), "read", file, offset, target.length(), target::sector);
  }

  static UserTransfer write(File file, long offset, List<IoVec> source) {
    long length = source.stream().mapToLong(IoVec::length).sum();
    return new UserTransfer(way(file), "write", file, offset, length, i -> sector(source, i));
  }

  /** Loads of a process from a mapping. */
  static UserTransfer load(File file, long offset, ReadBuffer target) {
    return new UserTransfer(MAPPED, "read", file, offset, target.length(), target::sector);
  }

  /** Stores of a process to a mapping. */
  static UserTransfer store(File file, long offset, IoVec source) {
    return new UserTransfer(
        MAPPED, "write", file, offset, source.length(), i -> sector(List.of(source), i));
  }

  private static String way(File file) {
    return file.direct() ? DIRECT : "buffered";
  }

  /** Null for what is not known yet: a mapping that the write has not come to. */
  private static @Nullable Sector sector(List<IoVec> source, int index) {
    long left = index;
    for (IoVec segment : source) {
      long sectors = segment.length() / Sector.SIZE;
      if (left < sectors) {
        MappedMemory mapping = segment.mapping();
        return mapping != null ? mapping.sector((int) left) : segment.memory().sector((int) left);
      }
      left -= sectors;
    }
    return Sector.Bytes.ZERO;
  }

  @Override
  public long ino() {
    return file.inode().ino();
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean direct() {
    return way.equals(DIRECT);
  }

  @Override
  public long digest(int sector) {
    Sector content = sectors.apply(sector);
    return content == null ? 0 : content.digest();
  }

  @Override
  public boolean isKnown(int sector) {
    return sectors.apply(sector) != null;
  }

  @Override
  public String label() {
    return way + " " + what;
  }
}
