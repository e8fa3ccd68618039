package diorama.check;

import static diorama.check.TracepointName.BACK_MERGE;
import static diorama.check.TracepointName.DIRECT_IO_WORKER;
import static diorama.check.TracepointName.EVENT;
import static diorama.check.TracepointName.FRONT_MERGE;
import static diorama.check.TracepointName.SUBMIT_BIO;
import static diorama.check.TracepointName.WRITE_BEGIN;
import static diorama.check.TracepointName.WRITE_END;

import diorama.check.FileHistory.Write;
import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.BlockTransfer;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whoever makes a direct write sends none of its sectors twice to the same place of the device
 * before it has ended.
 *
 * <p>What others send does not count: a page that holds a part of it may be dirtied again for a
 * good reason. A write's sectors are known by their content, which counts up from its first: of a
 * write whose content does not, nothing is said.
 */
public final class WrittenOnce implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "written-twice";

  /** The cause: the whole of a direct write that met a hole was written through the cache. */
  public static final String REDO = "redo-entire-io";

  private static final long ENOTBLK = 15;

  /**
   * A direct write that has not ended, and what of it was sent.
   *
   * @param sent which of its sectors, by how far from its own number each went on the device
   */
  private record UnderWay(Write write, Map<Long, BitSet> sent) {
    /** Which of its sectors this content is, or -1. */
    int indexOf(long digest) {
      Transfer transfer = write.transfer();
      long index = digest - transfer.digest(0);
      return index >= 0 && index < transfer.length() / 512 && transfer.digest((int) index) == digest
          ? (int) index
          : -1;
    }
  }

  private final Map<Subject, UnderWay> underWay = new Remembered<>(1024);

  @Override
  public boolean wants(String name) {
    return switch (name) {
      case WRITE_BEGIN, WRITE_END, EVENT, SUBMIT_BIO, BACK_MERGE, FRONT_MERGE -> true;
      default -> false;
    };
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    switch (event.name()) {
      case WRITE_BEGIN -> begin(event);
      case WRITE_END -> end(event.subject());
      case EVENT -> end(event.named(Subject.Kind.KIOCB));
      default -> {
        if (event.subject() instanceof BlockTransfer bio && bio.writes()) {
          sent(event, bio, soFar, findings);
        }
      }
    }
  }

  private void begin(Event event) {
    Transfer transfer = (Transfer) Objects.requireNonNull(event.subject());
    if (transfer.direct() && countsUp(transfer)) {
      Write write = new Write(event, transfer);
      underWay.put(write.request(), new UnderWay(write, new HashMap<>()));
    }
  }

  private static boolean countsUp(Transfer transfer) {
    return transfer.length() >= 1024 && transfer.digest(1) == transfer.digest(0) + 1;
  }

  private void end(@Nullable Subject request) {
    if (request != null) {
      underWay.remove(request);
    }
  }

  private void sent(Event event, BlockTransfer bio, Supplier<History> soFar, Findings findings) {
    for (UnderWay each : underWay.values()) {
      if (each.write.begin().context().equals(event.context()) && isAgain(each, bio)) {
        findings.found(explain(soFar.get(), each.write, event));
        underWay.remove(each.write.request());
        return;
      }
    }
  }

  private static boolean isAgain(UnderWay write, BlockTransfer bio) {
    boolean again = false;
    for (int i = 0; i < bio.sectors(); i++) {
      int index = write.indexOf(bio.digest(i));
      if (index >= 0) {
        BitSet sent = write.sent.computeIfAbsent(bio.sector() + i - index, x -> new BitSet());
        again |= sent.get(index);
        sent.set(index);
      }
    }
    return again;
  }

  private static Violation explain(History history, Write write, Event again) {
    Event begin = write.begin();
    Event hole =
        history.last(
            e ->
                e.is(DIRECT_IO_WORKER)
                    && e.point().a() == -ENOTBLK
                    && e.sequence() > begin.sequence()
                    && e.context().equals(begin.context()));
    List<Witness> witnesses = new ArrayList<>();
    witnesses.add(new Witness(Role.ACCEPTED, begin.sequence(), begin.context(), write.request()));
    if (hole != null) {
      witnesses.add(Witness.of(Role.MET_A_HOLE, hole));
    }
    witnesses.add(Witness.of(Role.SENT_AGAIN, again));
    return new Violation(
        ID,
        hole == null ? Violation.UNKNOWN : REDO,
        Violation.UNKNOWN,
        again.sequence(),
        again.nanos(),
        witnesses,
        null);
  }
}
