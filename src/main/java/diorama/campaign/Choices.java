package diorama.campaign;

import java.util.Arrays;

/**
 * A schedule: who goes on, in which order, each up to the call after the next, and what the clock
 * showed. Actors stand in it by their numbers. Immutable.
 */
final class Choices {
  /** For each the source, whom it calls, and the time. */
  private static final int LONGS = 3;

  private final long[] turns;

  private Choices(long[] turns) {
    this.turns = turns;
  }

  /**
   * The schedule of some steps.
   *
   * @param size how many of them
   */
  static Choices of(Iterable<ScheduledStep> steps, int size) {
    long[] turns = new long[LONGS * size];
    int at = 0;
    for (ScheduledStep step : steps) {
      if (at == turns.length) {
        break;
      }
      turns[at++] = step.source();
      turns[at++] = step.target();
      turns[at++] = step.nanos();
    }
    return new Choices(turns);
  }

  int size() {
    return turns.length / LONGS;
  }

  long source(int at) {
    return turns[LONGS * at];
  }

  /** Whom the source called; itself for a timer. */
  long target(int at) {
    return turns[LONGS * at + 1];
  }

  /** What the clock showed, in virtual nanoseconds. */
  long nanos(int at) {
    return turns[LONGS * at + 2];
  }

  /** What the clock showed at the last one, 0 if there is none. */
  long end() {
    return size() == 0 ? 0 : nanos(size() - 1);
  }

  /** How often somebody else goes on than before. */
  int switches() {
    int switches = 0;
    for (int i = 1; i < size(); i++) {
      if (source(i) != source(i - 1)) {
        switches++;
      }
    }
    return switches;
  }

  /** Without those from one place up to another. */
  Choices without(int from, int to) {
    Copy copy = new Copy(size() - (to - from));
    copy.range(0, from);
    copy.range(to, size());
    return copy.done();
  }

  /** With those from one place up to another moved to an earlier or a later place of the rest. */
  Choices moved(int from, int to, int place) {
    Copy copy = new Copy(size());
    if (place <= from) {
      copy.range(0, place);
      copy.range(from, to);
      copy.range(place, from);
      copy.range(to, size());
    } else {
      int after = place + to - from;
      copy.range(0, from);
      copy.range(to, after);
      copy.range(from, to);
      copy.range(after, size());
    }
    return copy.done();
  }

  /** Where the run of one source that begins here ends. */
  int endOfBlock(int from) {
    int to = from + 1;
    while (to < size() && source(to) == source(from)) {
      to++;
    }
    return to;
  }

  /**
   * With all that the source of a later place does up to that place moved to before an earlier
   * place: what was second there comes first.
   */
  Choices exchanged(int first, int second) {
    Copy copy = new Copy(size());
    copy.range(0, first);
    for (int i = first; i <= second; i++) {
      if (source(i) == source(second)) {
        copy.range(i, i + 1);
      }
    }
    for (int i = first; i <= second; i++) {
      if (source(i) != source(second)) {
        copy.range(i, i + 1);
      }
    }
    copy.range(second + 1, size());
    return copy.done();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Choices that && Arrays.equals(turns, that.turns);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(turns);
  }

  /** Another schedule that is put together of parts of this one. */
  private final class Copy {
    private final long[] made;
    private int at;

    Copy(int size) {
      made = new long[LONGS * size];
    }

    void range(int from, int to) {
      System.arraycopy(turns, LONGS * from, made, at, LONGS * (to - from));
      at += LONGS * (to - from);
    }

    Choices done() {
      return new Choices(made);
    }
  }
}
