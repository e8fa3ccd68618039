package diorama.check;

import diorama.kernel.tracepoint.Transfer;
import java.util.function.IntToLongFunction;

/** A write or a read of the first page of a file, with what it holds by sector. */
class OnePage implements Transfer {
  static final long BYTES = 4096;

  private final boolean direct;
  private final IntToLongFunction content;

  OnePage(boolean direct, IntToLongFunction content) {
    this.direct = direct;
    this.content = content;
  }

  @Override
  public long ino() {
    return 12;
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public long length() {
    return BYTES;
  }

  @Override
  public boolean direct() {
    return direct;
  }

  @Override
  public long digest(int sector) {
    return content.applyAsLong(sector);
  }

  @Override
  public String label() {
    return (direct ? "direct " : "buffered ") + content.applyAsLong(0);
  }
}
