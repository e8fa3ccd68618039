package diorama.check;

import static diorama.check.TracepointName.READ_BEGIN;
import static diorama.check.TracepointName.READ_END;

import diorama.check.FileHistory.Misplaced;
import diorama.check.FileHistory.Write;
import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A read that began after a write had been seen to complete returns that write or a later one.
 *
 * <p>Each sector is a register of its own. Reads and writes are of every kind: direct, buffered,
 * loads from a mapping and stores to it. A write that failed may be there or not, for good; one
 * that is under way may be there or not; of two that overlapped either may be the later one. What
 * another part of a write is at a place is {@link WrongContent}.
 */
public final class StaleRead implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "stale-read";

  /** The cause: a direct write went ahead over a cached page that could not be dropped. */
  public static final String MASKED_INVALIDATION = StalePage.MASKED_INVALIDATION;

  /** The cause: a page that came back during a direct write was dirtied, and stayed after it. */
  public static final String DIRTY_COLLISION = StalePage.DIRTY_COLLISION;

  /** The cause: a reader brought the page back while a synchronous direct write was under way. */
  public static final String REFAULT = StalePage.REFAULT;

  /** The same while an asynchronous one was. */
  public static final String REFAULT_DURING_AIO = StalePage.REFAULT_DURING_AIO;

  /** The cause: a direct write brought the page back itself: its source is a mapping. */
  public static final String MMAP_REFAULT = StalePage.MMAP_REFAULT;

  /** The cause: the pages were dropped before the extent was converted, and one came back. */
  public static final String BEFORE_END_IO = StalePage.BEFORE_END_IO;

  /** The variant in which the event was there before the pages were dropped at all. */
  public static final String BEFORE_INVALIDATION = StalePage.BEFORE_INVALIDATION;

  /** The variant in which the old data have been written back over the new ones on the disk. */
  public static final String WRITTEN_BACK = "written-back";

  private static final int SECTOR = 512;
  private static final int SECTORS_PER_PAGE = 8;

  private final WriteHistory writes = new WriteHistory();
  private final Map<Subject, Long> reads = new HashMap<>();

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case READ_BEGIN, READ_END -> true;
      default -> WriteHistory.wants(name);
    };
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    switch (event.name()) {
      case READ_BEGIN -> reads.put(transfer(event), event.sequence());
      case READ_END -> read(event, soFar, findings);
      default -> writes.see(event);
    }
  }

  private static Transfer transfer(Event event) {
    return (Transfer) Objects.requireNonNull(event.subject());
  }

  private void read(Event event, Supplier<History> soFar, Findings findings) {
    Transfer transfer = transfer(event);
    Long begin = reads.remove(transfer);
    FileHistory file = writes.file(transfer.ino());
    if (begin == null || file == null || transfer.offset() % SECTOR != 0) {
      return;
    }
    long first = transfer.offset() / SECTOR;
    for (int i = 0; (i + 1L) * SECTOR <= event.point().a(); i++) {
      Write missed = file.missed(first + i, transfer.digest(i), begin);
      if (missed != null) {
        Misplaced misplaced = file.misplaced(first + i, transfer.digest(i));
        findings.found(
            misplaced == null
                ? explain(soFar.get(), missed, first + i, event)
                : WrongContent.explain(soFar.get(), misplaced, event));
        return;
      }
    }
  }

  private static Violation explain(History history, Write missed, long sector, Event read) {
    StalePage cause = StalePage.of(history, missed, sector / SECTORS_PER_PAGE);
    List<Witness> witnesses = new ArrayList<>(cause.witnesses());
    Event over = transfer(read).direct() ? writtenOver(history, missed, sector) : null;
    Witness.addIfSeen(witnesses, Role.OVERWRITTEN, over);
    witnesses.add(Witness.of(Role.STALE_READ, read));
    return new Violation(
        ID,
        cause.race(),
        over == null ? cause.variant() : WRITTEN_BACK,
        read.sequence(),
        read.nanos(),
        witnesses,
        null);
  }

  /**
   * The buffered write that dirtied the page of a sector after the write that is missed had ended:
   * what it did not write itself was old, and went to the disk with it.
   */
  private static @Nullable Event writtenOver(History history, Write missed, long sector) {
    long page = sector / SECTORS_PER_PAGE * SECTORS_PER_PAGE * SECTOR;
    long next = page + (long) SECTORS_PER_PAGE * SECTOR;
    return history.last(
        e ->
            e.is(TracepointName.WRITE_BEGIN)
                && e.sequence() > missed.end()
                && !transfer(e).direct()
                && transfer(e).ino() == missed.transfer().ino()
                && transfer(e).offset() < next
                && transfer(e).offset() + transfer(e).length() > page);
  }
}
