package diorama.check;

import static diorama.check.TracepointName.DIRECT_IO_WORKER;

import diorama.check.FileHistory.Misplaced;
import diorama.check.FileHistory.Write;
import diorama.check.Witness.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a read returns at a place was written for that place: the violation of a read whose content
 * is another part of a write. {@link StaleRead} keeps the history that it is found in.
 */
public final class WrongContent {
  /** What such a violation is called. */
  public static final String ID = "wrong-content";

  /** The cause: the rest of a direct write was copied from the start of the user's buffer. */
  public static final String REMAINDER = "remainder-source-offset";

  private static final int SECTOR = 512;

  private WrongContent() {}

  /**
   * @param misplaced the write whose content was read, and how far from its place
   */
  static Violation explain(History history, Misplaced misplaced, Event read) {
    Write write = misplaced.write();
    Event begin = write.begin();
    Event partial = partialDirectWrite(history, write);
    boolean offByThat = false;
    List<Witness> witnesses = new ArrayList<>();
    witnesses.add(new Witness(Role.ACCEPTED, begin.sequence(), begin.context(), write.request()));
    if (partial != null && partial.point().a() / SECTOR == misplaced.sectors()) {
      offByThat = true;
      witnesses.add(Witness.of(Role.MET_A_HOLE, partial));
    }
    witnesses.add(Witness.of(Role.STALE_READ, read));
    return new Violation(
        ID,
        offByThat ? REMAINDER : Violation.UNKNOWN,
        Violation.UNKNOWN,
        read.sequence(),
        read.nanos(),
        witnesses,
        null);
  }

  /** The worker that wrote a part of it and left the rest to buffered I/O, if that is recorded. */
  private static @Nullable Event partialDirectWrite(History history, Write write) {
    return history.first(
        e ->
            e.is(DIRECT_IO_WORKER)
                && e.sequence() > write.begin().sequence()
                && e.sequence() < write.end()
                && e.context().equals(write.begin().context())
                && e.point().a() > 0
                && e.point().a() < write.transfer().length());
  }
}
