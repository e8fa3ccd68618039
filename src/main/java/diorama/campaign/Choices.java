package diorama.campaign;

import java.util.Arrays;

/**
 * A schedule: who goes on, in which order, each up to the call after the next. Actors stand in it
 * by their numbers. Immutable.
 */
final class Choices {
  static final Choices NONE = new Choices(new long[0]);

  private final long[] sources;

  private Choices(long[] sources) {
    this.sources = sources;
  }

  static Choices of(long[] sources, int size) {
    return new Choices(Arrays.copyOf(sources, size));
  }

  int size() {
    return sources.length;
  }

  long source(int at) {
    return sources[at];
  }

  /** How often somebody else goes on than before. */
  int switches() {
    int switches = 0;
    for (int i = 1; i < sources.length; i++) {
      if (sources[i] != sources[i - 1]) {
        switches++;
      }
    }
    return switches;
  }

  /** The first so many. */
  Choices first(int size) {
    return of(sources, size);
  }

  /** Without those from one place up to another. */
  Choices without(int from, int to) {
    long[] left = new long[sources.length - (to - from)];
    System.arraycopy(sources, 0, left, 0, from);
    System.arraycopy(sources, to, left, from, sources.length - to);
    return new Choices(left);
  }

  /** With those from one place up to another moved to an earlier or a later place of the rest. */
  Choices moved(int from, int to, int place) {
    Choices rest = without(from, to);
    long[] moved = new long[sources.length];
    System.arraycopy(rest.sources, 0, moved, 0, place);
    System.arraycopy(sources, from, moved, place, to - from);
    System.arraycopy(rest.sources, place, moved, place + to - from, rest.sources.length - place);
    return new Choices(moved);
  }

  /** Where the run of one source that begins here ends. */
  int endOfBlock(int from) {
    int to = from + 1;
    while (to < sources.length && sources[to] == sources[from]) {
      to++;
    }
    return to;
  }

  /**
   * With all that the source of a later place does up to that place moved to before an earlier
   * place: what was second there comes first.
   */
  Choices exchanged(int first, int second) {
    long[] changed = new long[sources.length];
    int at = 0;
    for (int i = 0; i < first; i++) {
      changed[at++] = sources[i];
    }
    for (int i = first; i <= second; i++) {
      if (sources[i] == sources[second]) {
        changed[at++] = sources[i];
      }
    }
    for (int i = first; i < sources.length; i++) {
      if (i > second || sources[i] != sources[second]) {
        changed[at++] = sources[i];
      }
    }
    return new Choices(changed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Choices that && Arrays.equals(sources, that.sources);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sources);
  }
}
