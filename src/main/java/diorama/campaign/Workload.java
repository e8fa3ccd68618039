package diorama.campaign;

import diorama.config.Scenario;
import diorama.config.Task;
import diorama.process.script.Script;
import diorama.process.script.ScriptProgram;
import diorama.process.script.Shrinks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tasks of a machine do, as data.
 *
 * @param scripts by the name of the task, in the order in which they start
 */
record Workload(Map<String, Script> scripts) {
  Workload {
    scripts = new LinkedHashMap<>(scripts);
  }

  /** The same with another script for one task. */
  Workload with(String task, Script script) {
    Map<String, Script> changed = new LinkedHashMap<>(scripts);
    changed.put(task, script);
    return new Workload(changed);
  }

  /** The same without one task. */
  Workload without(String task) {
    Map<String, Script> fewer = new LinkedHashMap<>(scripts);
    fewer.remove(task);
    return new Workload(fewer);
  }

  /** The same with the last so many calls of each process, besides those that set up. */
  Workload last(int calls) {
    Map<String, Script> fewer = new LinkedHashMap<>();
    scripts.forEach((task, script) -> fewer.put(task, Shrinks.last(script, calls)));
    return new Workload(fewer);
  }

  /** The same with each transfer as short as can be. */
  Workload shortest() {
    Map<String, Script> shorter = new LinkedHashMap<>();
    scripts.forEach((task, script) -> shorter.put(task, Shrinks.shortest(script)));
    return new Workload(shorter);
  }

  /** System calls but for those that open and set up. */
  int calls() {
    return scripts.values().stream().mapToInt(Script::calls).sum();
  }

  /** The scenario with these tasks instead of its own. */
  Scenario of(Scenario scenario) {
    List<Task> tasks = new ArrayList<>();
    scripts.forEach(
        (name, script) ->
            tasks.add(new Task(name, ScriptProgram.NAME, Map.of("script", script.toString()))));
    return scenario.with(tasks);
  }

  /** What it does, line by line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    scripts.forEach((name, script) -> script.toString().lines().forEach(lines::add));
    return lines;
  }
}
