package diorama.kernel.block;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Virtual time: what is due next runs when the test says so. */
final class FakeTimer implements Drive.Timer {
  private record Due(long at, Runnable then) {}

  private final List<Due> due = new ArrayList<>();
  private long now;

  @Override
  public void after(long nanos, Runnable then) {
    due.add(new Due(now + nanos, then));
  }

  long now() {
    return now;
  }

  /** Runs what is due next; false if nothing is. */
  boolean next() {
    if (due.isEmpty()) {
      return false;
    }
    Due first = due.stream().min(Comparator.comparingLong(Due::at)).orElseThrow();
    due.remove(first);
    now = first.at;
    first.then.run();
    return true;
  }

  void runAll() {
    while (next()) {}
  }
}
