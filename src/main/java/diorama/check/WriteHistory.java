package diorama.check;

import static diorama.check.TracepointName.EVENT;
import static diorama.check.TracepointName.WRITE_BEGIN;
import static diorama.check.TracepointName.WRITE_END;

import diorama.check.FileHistory.Write;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The writes of a machine to all of its files. */
final class WriteHistory {
  private final Map<Long, FileHistory> files = new HashMap<>();
  private final Map<Subject, Write> underWay = new HashMap<>();

  /** Whether tracepoints of this name begin or end a write. */
  static boolean wants(String name) {
    return switch (name) {
      case WRITE_BEGIN, WRITE_END, EVENT -> true;
      default -> false;
    };
  }

  /** Takes the next tracepoint that it wants. */
  void see(Event event) {
    switch (event.name()) {
      case WRITE_BEGIN -> begin(event);
      case WRITE_END -> end(event.subject(), event);
      default -> end(event.named(Subject.Kind.KIOCB), event);
    }
  }

  private void begin(Event event) {
    Transfer transfer = (Transfer) Objects.requireNonNull(event.subject());
    Write write = new Write(event, transfer);
    files.computeIfAbsent(transfer.ino(), ino -> new FileHistory()).add(write);
    underWay.put(write.request(), write);
  }

  private void end(@Nullable Subject what, Event event) {
    Write write = what == null ? null : underWay.remove(what);
    if (write != null) {
      write.ended(event.sequence(), event.point().a());
    }
  }

  /** The writes to one file, null if there were none. */
  @Nullable FileHistory file(long ino) {
    return files.get(ino);
  }
}
