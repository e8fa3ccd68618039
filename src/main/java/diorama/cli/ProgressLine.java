package diorama.cli;

import diorama.campaign.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tells how a run goes, and shows what was violated as soon as it was. */
final class ProgressLine implements ProgressListener {
  private static final Duration NOW_AND_THEN = Duration.ofSeconds(10);

  private final Console console;
  private final boolean explain;
  private final Set<String> explained = new HashSet<>();
  private Duration next = NOW_AND_THEN;
  private String kernel = "";

  /**
   * A progress line.
   *
   * @param explain whether violations are explained on standard output
   */
  ProgressLine(Console console, boolean explain) {
    this.console = console;
    this.explain = explain;
  }

  @Override
  public synchronized void progress(Progress now) {
    if (!now.kernel().equals(kernel)) {
      kernel = now.kernel();
      next = NOW_AND_THEN;
    }
    if (!console.rewriting()) {
      if (now.elapsed().compareTo(next) < 0) {
        return;
      }
      next = now.elapsed().plus(NOW_AND_THEN);
    }
    console.status(line(now));
  }

  static String line(Progress now) {
    double seconds = Math.max(1e-3, now.elapsed().toNanos() / 1e9);
    List<String> parts = new ArrayList<>();
    parts.add(now.kernel());
    parts.add(
        now.schedules()
            .map(s -> Prose.count(s.done()) + " of " + Prose.count(s.of(), "schedule"))
            .orElseGet(() -> now.elapsed().toSeconds() + " of " + now.limit().toSeconds() + " s"));
    parts.add(Prose.count(Math.round(now.operations() / seconds)) + " operations/s");
    parts.add(Prose.count(Math.round(now.deliveries() / seconds)) + " deliveries/s");
    if (now.violations().isEmpty()) {
      parts.add("no violation");
    }
    for (Map.Entry<String, Long> violation : new TreeMap<>(now.violations()).entrySet()) {
      parts.add(violation.getKey() + " " + Prose.count(violation.getValue()));
    }
    return String.join("  ", parts);
  }

  @Override
  public synchronized void violation(String onKernel, String id, List<String> explanation) {
    explained.add(onKernel + " " + id);
    if (explain) {
      List<String> lines = new ArrayList<>(explanation);
      lines.add("");
      console.print(lines);
    }
  }

  @Override
  public void warning(String line) {
    console.warn(line);
  }

  /** Whether a violation was shown while the run went on. */
  synchronized boolean explained(String onKernel, String id) {
    return explained.contains(onKernel + " " + id);
  }
}
