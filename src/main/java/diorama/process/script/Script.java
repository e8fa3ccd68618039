package diorama.process.script;

import diorama.process.BadOption;
import diorama.process.script.FileCall.Open;
import diorama.process.script.ProcessCall.Fork;
import java.util.ArrayList;
import java.util.List;

/**
 * A workload as data: what the processes of one task call, without the program that decided it.
 *
 * <p>Always valid: a script leaves out the calls that use what no call before them made, in their
 * process or in its parent before the fork, and gives each variable a name of its own. So any calls
 * can be taken away, and those that depended on them go with them.
 *
 * <p>As text, which is its form in files and in reports, it is C:
 *
 * <pre>
 * process 1:
 *   fd1 = open("file", O_RDWR);
 *   pid1 = fork(process 2);
 *   pwrite(fd1, 4096, 0);
 * process 2 "child":
 *   fsync(fd1);
 * </pre>
 *
 * @param root the process that the task starts
 */
public record Script(ScriptProcess root) {
  /** Leaves out what refers to nothing, and names every variable once. */
  public Script {
    root = new Names(false).resolve(root);
  }

  /**
   * Reads the text form.
   *
   * @throws BadOption with the key {@code script}, the line and what is allowed
   */
  public static Script parse(String text) {
    return new ScriptParser(text).script();
  }

  /** The same with variables counted from 1. */
  public Script renumbered() {
    return new Script(new Names(true).resolve(root));
  }

  /** All processes, each before its children. */
  public List<ScriptProcess> processes() {
    return root.all();
  }

  /** The files that it opens, each once. */
  public List<String> files() {
    return processes().stream()
        .flatMap(p -> p.calls().stream())
        .filter(Open.class::isInstance)
        .map(call -> ((Open) call).file())
        .distinct()
        .toList();
  }

  /** How many calls it makes but for open, io_setup, fork, clone, waitpid and exit. */
  public int calls() {
    return (int)
        processes().stream().flatMap(p -> p.calls().stream()).filter(c -> !c.setsUp()).count();
  }

  /** How much there is to it: processes, calls of any kind, and the bits of lengths and offsets. */
  public int size() {
    List<ScriptProcess> all = processes();
    return all.size() + all.stream().flatMap(p -> p.calls().stream()).mapToInt(Call::size).sum();
  }

  /** The same with other calls in one process, which is given by its place among them all. */
  Script with(int process, List<Call> calls) {
    return new Script(replace(root, new int[] {process}, calls));
  }

  private static ScriptProcess replace(ScriptProcess at, int[] left, List<Call> calls) {
    if (left[0]-- == 0) {
      return new ScriptProcess(at.comm(), calls);
    }
    List<Call> same = new ArrayList<>(at.calls().size());
    for (Call call : at.calls()) {
      same.add(call instanceof Fork f ? f.with(replace(f.child(), left, calls)) : call);
    }
    return new ScriptProcess(at.comm(), same);
  }

  /** The text form. */
  @Override
  public String toString() {
    return new Listing().of(root);
  }
}
