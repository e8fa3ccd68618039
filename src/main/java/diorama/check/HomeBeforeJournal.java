package diorama.check;

import static diorama.check.TracepointName.JBD2_DIRTY_METADATA;
import static diorama.check.TracepointName.JBD2_END_COMMIT;
import static diorama.check.TracepointName.PRINTK;
import static diorama.check.TracepointName.WARN_DIRTY_BUFFER;

import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.BlockTransfer;
import diorama.kernel.tracepoint.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A journal is written ahead: no block that a transaction has changed goes to its place before that
 * transaction's commit record is on the device.
 *
 * <p>Watches sectors, not buffers: what is sent home may be sent by anybody. A buffer of which jbd2
 * says that it is dirty although a transaction has it is a violation of its own.
 */
public final class HomeBeforeJournal implements Check {
  /** What a block is called that goes home too early. */
  public static final String ID = "home-before-journal";

  /** What a buffer is called that could. */
  public static final String DIRTY = "dirty-metadata-buffer";

  /** The cause of the documented ones. */
  public static final String ZERO_DIRTY = "journalled-zero-dirty";

  /** jbd2 spots it as the buffer joins its transaction: the writer itself has dirtied it. */
  public static final String BY_WRITER = "by-the-writer";

  /** jbd2 spots it during the commit. */
  public static final String DURING_COMMIT = "during-commit";

  private record Joined(long tid, Event event) {}

  private final TreeMap<Long, Joined> uncommitted = new TreeMap<>();
  private final Map<Context, Event> printed = new Remembered<>(256);
  private final Map<Subject, Event> spotted = new Remembered<>(4096);

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case JBD2_DIRTY_METADATA, JBD2_END_COMMIT, WARN_DIRTY_BUFFER, PRINTK -> true;
      default -> TracepointName.isBioTaken(name);
    };
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    switch (event.name()) {
      case JBD2_DIRTY_METADATA ->
          uncommitted.put(event.point().a(), new Joined(event.point().b(), event));
      case JBD2_END_COMMIT ->
          uncommitted.values().removeIf(joined -> joined.tid() <= event.point().a());
      case WARN_DIRTY_BUFFER -> dirty(event, findings);
      case PRINTK -> printed.put(event.context(), event);
      default -> transfer(event, findings);
    }
  }

  private void dirty(Event event, Findings findings) {
    Subject buffer = event.subject();
    if (buffer != null) {
      spotted.put(buffer, event);
    }
    boolean journalThread = Pinner.isJournalThread(event.context());
    Violation violation =
        violation(
            DIRTY,
            ZERO_DIRTY,
            journalThread ? DURING_COMMIT : BY_WRITER,
            event,
            List.of(Witness.of(Role.SPOTTED, event)));
    Event line = printed.remove(event.context());
    findings.found(line == null ? violation : violation.with(report(line)));
  }

  /** The line that the kernel printed when it spotted the buffer. */
  private static KernelReport report(Event line) {
    return new KernelReport(
        line.sequence(),
        line.nanos(),
        KernelReport.Kind.WARNING,
        line.context(),
        List.of(),
        List.of(line.point().detail()));
  }

  private void transfer(Event event, Findings findings) {
    if (!(event.subject() instanceof BlockTransfer bio) || !bio.writes()) {
      return;
    }
    var early = uncommitted.subMap(bio.sector(), bio.sector() + bio.sectors());
    if (!early.isEmpty()) {
      Joined joined = early.values().iterator().next();
      List<Witness> witnesses = new ArrayList<>();
      witnesses.add(Witness.of(Role.JOINED, joined.event()));
      Event warned = spotted.get(joined.event().subject());
      Witness.addIfSeen(witnesses, Role.SPOTTED, warned);
      witnesses.add(Witness.of(Role.SENT_HOME, event));
      findings.found(
          violation(
              ID,
              warned == null ? Violation.UNKNOWN : ZERO_DIRTY,
              Violation.UNKNOWN,
              event,
              witnesses));
    }
  }

  private static Violation violation(
      String id, String race, String variant, Event event, List<Witness> witnesses) {
    return new Violation(id, race, variant, event.sequence(), event.nanos(), witnesses, null);
  }
}
