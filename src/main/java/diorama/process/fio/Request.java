package diorama.process.fio;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;

/**
 * A unit of I/O with its memory.
 *
 * @param stamp what a write writes; what a read that verifies must find, 0 for any other read
 * @param target where a read goes; unused by a write
 */
record Request(IoUnit unit, long stamp, ReadBuffer target) {
  private static final long PAGE_ALIGNED = 0x10000;

  static Request write(IoUnit unit, long stamp) {
    return new Request(unit, stamp, new ReadBuffer(PAGE_ALIGNED, 0));
  }

  static Request read(IoUnit unit, long expectedStamp) {
    return new Request(unit, expectedStamp, new ReadBuffer(PAGE_ALIGNED, unit.length()));
  }

  /** The memory that a write writes. */
  IoVec source() {
    int sectors = (int) ((unit.length() + Sector.SIZE - 1) / Sector.SIZE);
    return new IoVec(
        PAGE_ALIGNED, unit.length(), Content.stamped(stamp, 0, sectors), unit.length());
  }

  /** Whether a read found what was written; a last sector that is not whole is not looked at. */
  boolean foundWhatWasWritten() {
    int whole = (int) (unit.length() / Sector.SIZE);
    return target.content().slice(0, whole).sameAs(Content.stamped(stamp, 0, whole));
  }

  /**
   * A request that has ended.
   *
   * @param res bytes or a negative errno
   */
  record Completed(Request request, long res) {}
}
