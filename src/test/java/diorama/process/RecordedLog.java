package diorama.process;

import diorama.kernel.sched.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A program log for tests, and the environment around it. */
public final class RecordedLog implements ProgramLog {
  /** The lines, oldest first. */
  public final List<String> messages = new ArrayList<>();

  /** How often each operation was counted. */
  public final TreeMap<String, Long> operations = new TreeMap<>();

  @Override
  public void message(String line) {
    messages.add(line);
  }

  @Override
  public void operation(String name, long count) {
    operations.merge(name, count, Long::sum);
  }

  /** An environment that logs here. */
  public Environment environment() {
    return new Environment(this, new Stamps(1), name -> new Chance(1).stream(name));
  }
}
