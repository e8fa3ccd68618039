package diorama.check;

import static diorama.check.TracepointName.READ_END;
import static diorama.check.TracepointName.WRITE_END;

import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.NeverWritten;
import diorama.kernel.tracepoint.Transfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a read returns was written by somebody, to the file that is read. */
public final class NeverWrittenContent implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "never-written-content";

  /** The cause: data=journal made a page up to date that nobody had copied to. */
  public static final String PAGE = "uninitialised-page-journalled";

  /** The cause: a block was allocated, and the write that was to fill it failed. */
  public static final String BLOCK = "stale-block-after-efault";

  private static final long EFAULT = 14;
  private static final int SECTOR = 512;

  /** The write that failed last with -EFAULT, by file. */
  private final Map<Long, Event> failed = new HashMap<>();

  @Override
  public boolean wants(String name) {
    return name.equals(READ_END) || name.equals(WRITE_END);
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    if (!(event.subject() instanceof Transfer transfer)) {
      return;
    }
    if (event.is(WRITE_END)) {
      if (event.point().a() == -EFAULT) {
        failed.put(transfer.ino(), event);
      }
      return;
    }
    for (int i = 0; (i + 1L) * SECTOR <= event.point().a(); i++) {
      long kind = NeverWritten.kind(transfer.digest(i));
      if (kind != 0) {
        findings.found(explain(kind == NeverWritten.MEMORY, transfer, event));
        return;
      }
    }
  }

  private Violation explain(boolean memory, Transfer transfer, Event read) {
    List<Witness> witnesses = new ArrayList<>();
    Event write = failed.get(transfer.ino());
    Witness.addIfSeen(witnesses, Role.FAILED_WRITE, write);
    witnesses.add(Witness.of(Role.STALE_READ, read));
    return new Violation(
        ID,
        memory ? PAGE : write == null ? Violation.UNKNOWN : BLOCK,
        write == null ? "during-write" : "after-efault",
        read.sequence(),
        read.nanos(),
        witnesses,
        null);
  }
}
