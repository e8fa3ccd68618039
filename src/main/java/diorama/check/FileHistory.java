package diorama.check;

import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The writes to one file, as far back as anybody needs them. */
final class FileHistory {
  /** So many are kept: a read that returns what is older cannot be told from other wrong ones. */
  private static final int MOST = 512;

  private static final int SECTOR = 512;
  private static final int PAGE = 4096;

  /** A write. Its outcome is unknown until it has ended well, and for good if it does not. */
  static final class Write {
    private final Event begin;
    private final Transfer transfer;
    private long end = Long.MAX_VALUE;
    private long bytes;
    private boolean failed;

    Write(Event begin, Transfer transfer) {
      this.begin = begin;
      this.transfer = transfer;
    }

    Event begin() {
      return begin;
    }

    Transfer transfer() {
      return transfer;
    }

    /** What its end will name: the kiocb of an asynchronous write, else the transfer. */
    Subject request() {
      Subject kiocb = begin.named(Subject.Kind.KIOCB);
      return kiocb == null ? transfer : kiocb;
    }

    boolean isAsync() {
      return request() != transfer;
    }

    /** The sequence number of its end. */
    long end() {
      return end;
    }

    /**
     * It has ended.
     *
     * @param ret bytes, or a negative errno
     */
    void ended(long sequence, long ret) {
      failed = ret <= 0;
      if (ret > 0) {
        end = sequence;
        bytes = ret;
      }
    }

    /** Where a sector of the file is in it, or -1. */
    private int indexOf(long sector) {
      long first = transfer.offset() / SECTOR;
      return transfer.offset() % SECTOR == 0
              && sector >= first
              && (sector - first + 1) * SECTOR <= transfer.length()
          ? (int) (sector - first)
          : -1;
    }

    private boolean isFor(long sector, long digest) {
      int index = indexOf(sector);
      return index >= 0 && transfer.digest(index) == digest;
    }

    private boolean touches(long sector) {
      return transfer.offset() < (sector + 1) * SECTOR
          && transfer.offset() + transfer.length() > sector * SECTOR;
    }

    private boolean hasWrittenTo(long page) {
      long last = transfer.offset() + (bytes > 0 ? bytes : transfer.length());
      return transfer.offset() < (page + 1) * PAGE && last > page * PAGE;
    }

    private boolean hasWritten(long sector) {
      int index = indexOf(sector);
      return index >= 0 && (index + 1L) * SECTOR <= bytes;
    }
  }

  /**
   * Content that stands where another part of the same write belongs.
   *
   * @param sectors how far behind its place it is
   */
  record Misplaced(Write write, long sectors) {}

  private final Deque<Write> writes = new ArrayDeque<>();

  void add(Write write) {
    writes.add(write);
    if (writes.size() > MOST) {
      writes.removeFirst();
    }
  }

  /**
   * The write that a read should have returned or something newer, if it returned neither.
   *
   * @param sector of the file
   * @param digest of what was read there
   * @param begin when the read began, as a sequence number
   * @return null if what was read may be there, or if nobody knows
   */
  @Nullable Write missed(long sector, long digest, long begin) {
    Write latest = null;
    for (Write write : writes) {
      if (write.end < begin
          && write.hasWritten(sector)
          && (latest == null || write.begin.sequence() > latest.begin.sequence())) {
        latest = write;
      }
    }
    return latest == null || canBeThere(sector, digest, latest) ? null : latest;
  }

  /**
   * The direct write to a page that began last, when nothing is under way any more: it has ended,
   * or its process did, so that nobody was told.
   *
   * @return null if there is none, or if it failed: what is there then is anybody's guess
   */
  @Nullable Write lastDirect(long page) {
    for (Iterator<Write> newest = writes.descendingIterator(); newest.hasNext(); ) {
      Write write = newest.next();
      if (write.transfer.direct() && write.hasWrittenTo(page)) {
        return write.failed ? null : write;
      }
    }
    return null;
  }

  /**
   * The newest write to a sector that has this content for another one, or null. What some write
   * has for this very sector is only old.
   */
  @Nullable Misplaced misplaced(long sector, long digest) {
    if (writes.stream().anyMatch(write -> write.isFor(sector, digest))) {
      return null;
    }
    for (Iterator<Write> newest = writes.descendingIterator(); newest.hasNext(); ) {
      Write write = newest.next();
      int index = write.indexOf(sector);
      for (int i = 0; index >= 0 && (i + 1L) * SECTOR <= write.transfer.length(); i++) {
        if (write.transfer.isKnown(i) && write.transfer.digest(i) == digest) {
          return new Misplaced(write, index - i);
        }
      }
    }
    return null;
  }

  /** Whether some write that had not ended when the latest one began left this, or may have. */
  private boolean canBeThere(long sector, long digest, Write latest) {
    for (Iterator<Write> newest = writes.descendingIterator(); newest.hasNext(); ) {
      Write write = newest.next();
      if (write.end >= latest.begin.sequence() && write.touches(sector)) {
        int index = write.indexOf(sector);
        if (index < 0 || !write.transfer.isKnown(index) || write.transfer.digest(index) == digest) {
          return true;
        }
      }
    }
    return false;
  }
}
