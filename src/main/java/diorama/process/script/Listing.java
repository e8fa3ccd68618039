package diorama.process.script;

import diorama.kernel.sched.Signals;
import diorama.process.script.ProcessCall.Fork;
import java.time.Duration;

/** A script as C, one process after the other. */
final class Listing {
  private final StringBuilder text = new StringBuilder();

  /** The text of a process and all below it. */
  String of(ScriptProcess root) {
    add(root, 1);
    return text.toString();
  }

  /** Adds a process under its number; those below it have the numbers behind its own. */
  private void add(ScriptProcess process, int number) {
    String comm = process.comm().isEmpty() ? "" : " " + quoted(process.comm());
    text.append("process ").append(number).append(comm).append(":\n");
    int next = number + 1;
    for (Call call : process.calls()) {
      Ref result = call.result();
      String arguments = call instanceof Fork ? "process " + next : call.arguments();
      text.append("  ").append(result == null ? "" : result + " = ");
      text.append(call.name()).append('(').append(arguments).append(");\n");
      next += call instanceof Fork fork ? fork.child().all().size() : 0;
    }
    next = number + 1;
    for (Call call : process.calls()) {
      if (call instanceof Fork fork) {
        add(fork.child(), next);
        next += fork.child().all().size();
      }
    }
  }

  /** As a C string; it ends in the line where it begins. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** For example {@code SIGALRM}. */
  static String signal(int number) {
    String name = Signals.name(number);
    return name.startsWith("SIG") ? name : String.valueOf(number);
  }

  /** In the largest of s, ms, us and ns that needs no fraction. */
  static String time(Duration time) {
    long nanos = time.toNanos();
    if (nanos % 1_000 != 0) {
      return nanos + "ns";
    }
    if (nanos % 1_000_000 != 0) {
      return nanos / 1_000 + "us";
    }
    return nanos % 1_000_000_000 == 0 ? nanos / 1_000_000_000 + "s" : nanos / 1_000_000 + "ms";
  }
}
