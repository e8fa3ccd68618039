package diorama.check;

import static diorama.check.TracepointName.BACK_MERGE;
import static diorama.check.TracepointName.DIRECT_IO_WORKER;
import static diorama.check.TracepointName.EVENT;
import static diorama.check.TracepointName.FRONT_MERGE;
import static diorama.check.TracepointName.PG_BUSY_CLEARED;
import static diorama.check.TracepointName.PG_BUSY_SET;
import static diorama.check.TracepointName.SUBMIT_BIO;
import static diorama.check.TracepointName.WRITE_BEGIN;
import static diorama.check.TracepointName.WRITE_END;

import diorama.check.FileHistory.Write;
import diorama.check.Witness.Role;
import diorama.kernel.sched.Context;
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
 * before it has ended: the process that submits it, and the aio worker that retries it.
 *
 * <p>What others send does not count, and neither does a page that is sent once more: it may have
 * been dirtied again for a good reason. A write's sectors are known by their content, which counts
 * up from its first: of a write whose content does not, nothing is said.
 */
public final class WrittenOnce implements Check {
  /** What a violation of this check is called. */
  public static final String ID = "written-twice";

  /** The cause: Leonid Ananiev's patch does the request once more. */
  public static final String RETRY = "pgbusy-retry";

  /** The retry went over what another write had left there in between. */
  public static final String OVER_ANOTHER = "over-another";

  /** It was done once more and once more. */
  public static final String LASTING = "lasting";

  /** It was done once more. */
  public static final String ONCE_MORE = "once-more";

  private static final int KICKS_THAT_LAST = 3;

  /** The cause: the whole of a direct write that met a hole was written through the cache. */
  public static final String REDO = "redo-entire-io";

  private static final long ENOTBLK = 15;

  /** A direct write that has not ended, and what of it was sent. */
  private static final class UnderWay {
    private final Write write;

    /** Which of its sectors, by how far from its own number each went on the device. */
    private final Map<Long, BitSet> sent = new HashMap<>();

    private int kicks;

    UnderWay(Write write) {
      this.write = write;
    }

    /** What was kicked is done by the worker, or by the submitter when it waits for events. */
    boolean isMadeBy(Context context) {
      return write.begin().context().equals(context)
          || (kicks > 0 && context.comm().startsWith("aio/"));
    }

    /**
     * Whether some of this was sent directly before.
     *
     * @param direct whether it is sent directly, and so was sent from now on
     */
    boolean isAgain(BlockTransfer bio, boolean direct) {
      boolean again = false;
      for (int i = 0; i < bio.sectors(); i++) {
        int index = indexOf(bio.digest(i));
        if (index >= 0) {
          BitSet there = sent.computeIfAbsent(bio.sector() + i - index, x -> new BitSet());
          again |= there.get(index);
          there.set(index, direct || there.get(index));
        }
      }
      return again;
    }

    /** Another pass begins: what is sent again in it is of the next one. */
    void passBegins(BlockTransfer bio) {
      sent.clear();
      isAgain(bio, true);
    }

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
      case WRITE_BEGIN, WRITE_END, EVENT, SUBMIT_BIO, BACK_MERGE, FRONT_MERGE, PG_BUSY_CLEARED ->
          true;
      default -> false;
    };
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    switch (event.name()) {
      case WRITE_BEGIN -> begin(event);
      case WRITE_END -> end(event.subject());
      case EVENT -> end(event.named(Subject.Kind.KIOCB));
      case PG_BUSY_CLEARED -> kicked(event.named(Subject.Kind.KIOCB));
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
      underWay.put(write.request(), new UnderWay(write));
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

  private void kicked(@Nullable Subject request) {
    UnderWay write = request == null ? null : underWay.get(request);
    if (write != null) {
      write.kicks++;
    }
  }

  private void sent(Event event, BlockTransfer bio, Supplier<History> soFar, Findings findings) {
    boolean direct = event.named(Subject.Kind.DIO) != null;
    underWay.values().stream()
        .filter(each -> each.isMadeBy(event.context()) && each.isAgain(bio, direct))
        .findFirst()
        .ifPresent(
            again -> {
              if (again.kicks > 0) {
                again.passBegins(bio);
                findings.found(retried(soFar.get(), again, event));
              } else {
                underWay.remove(again.write.request());
                findings.found(explain(soFar.get(), again.write, event));
              }
            });
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
    Witness.addIfSeen(witnesses, Role.MET_A_HOLE, hole);
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

  private static Violation retried(History history, UnderWay request, Event again) {
    Write write = request.write;
    Event marked = history.last(e -> e.is(PG_BUSY_SET) && write.request().equals(e.subject()));
    Event kicked = history.last(e -> e.is(PG_BUSY_CLEARED) && write.request().equals(e.subject()));
    Event between =
        marked == null
            ? null
            : history.last(
                e ->
                    e.is(WRITE_END)
                        && e.point().a() > 0
                        && e.sequence() > marked.sequence()
                        && overlaps(write.transfer(), e.subject()));
    List<Witness> witnesses = new ArrayList<>();
    witnesses.add(
        new Witness(
            Role.ACCEPTED, write.begin().sequence(), write.begin().context(), write.request()));
    Witness.addIfSeen(witnesses, Role.KICKED, kicked);
    Witness.addIfSeen(witnesses, Role.OVERWRITTEN, between);
    witnesses.add(Witness.of(Role.SENT_AGAIN, again));
    return new Violation(
        ID,
        RETRY,
        request.kicks >= KICKS_THAT_LAST ? LASTING : between != null ? OVER_ANOTHER : ONCE_MORE,
        again.sequence(),
        again.nanos(),
        witnesses,
        null);
  }

  private static boolean overlaps(Transfer write, @Nullable Subject other) {
    return other instanceof Transfer that
        && that.ino() == write.ino()
        && that.offset() < write.offset() + write.length()
        && write.offset() < that.offset() + that.length();
  }
}
