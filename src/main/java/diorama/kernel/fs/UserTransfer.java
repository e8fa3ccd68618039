package diorama.kernel.fs;

import diorama.kernel.data.Sector;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import java.util.function.IntFunction;

/** What a read or a write moves, for those who compare reads with writes. */
final class UserTransfer implements Transfer {
  private final File file;
  private final long offset;
  private final long length;
  private final String what;
  private final IntFunction<Sector> sectors;

  private UserTransfer(
      String what, File file, long offset, long length, IntFunction<Sector> sectors) {
    this.what = what;
    this.file = file;
    this.offset = offset;
    this.length = length;
    this.sectors = sectors;
  }

  static UserTransfer read(File file, long offset, ReadBuffer target) {
    return new UserTransfer("read", file, offset, target.length(), target::sector);
  }

  static UserTransfer write(File file, long offset, List<IoVec> source) {
    long length = source.stream().mapToLong(IoVec::length).sum();
    return new UserTransfer("write", file, offset, length, i -> sector(source, i));
  }

  private static Sector sector(List<IoVec> source, int index) {
    long left = index;
    for (IoVec segment : source) {
      long sectors = segment.length() / Sector.SIZE;
      if (left < sectors) {
        return segment.memory().sector((int) left);
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
    return file.direct();
  }

  @Override
  public long digest(int sector) {
    return sectors.apply(sector).digest();
  }

  @Override
  public String label() {
    return (direct() ? "direct " : "buffered ") + what;
  }
}
