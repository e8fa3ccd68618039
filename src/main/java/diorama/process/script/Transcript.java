package diorama.process.script;

import diorama.process.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Writes down what the programs of one machine call, so that it can be run again as a script.
 *
 * <p>It adds no message and takes no time of the machine, so that a seeded run is the same with and
 * without it. Of each process it keeps the calls that others depend on and the last of the rest.
 *
 * <p>What it does not keep: bytes (a write wrote zeros or data of its own), where a read may put
 * them, what signal handlers do, and calls with a number that no call of the process, or of its
 * parent before the fork, returned.
 */
public final class Transcript {
  private final int limit;
  private final Map<String, CallLog> tasks = new ConcurrentSkipListMap<>();

  /**
   * An empty transcript.
   *
   * @param limit how many calls of a process are kept, at least 1, besides those that open, make
   *     and fork; of these there may be twice as many
   */
  public Transcript(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a transcript of " + limit + " calls");
    }
    this.limit = limit;
  }

  /**
   * The same program, written down under its task's name. If it is started more than once, the last
   * start counts.
   */
  public Program recorded(String task, Program program) {
    return sys -> {
      CallLog log = new CallLog("", limit);
      tasks.put(task, log);
      return program.main(new Transcriber(sys, log, new Numbers(limit)));
    };
  }

  /**
   * What each task's processes have called so far, by task. May be asked at any time and from any
   * thread; between processes that run, it is not one moment.
   */
  public Map<String, Script> scripts() {
    Map<String, Script> scripts = new LinkedHashMap<>();
    tasks.forEach((task, log) -> scripts.put(task, new Script(log.process()).renumbered()));
    return scripts;
  }
}
