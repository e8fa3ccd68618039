package diorama.cli;

import diorama.campaign.ProgressListener;
import java.util.HashMap;
import java.util.Map;

/** Tells how a matrix goes: like a run, and where a line stays also which run begins. */
final class MatrixProgress implements ProgressListener {
  private final Console console;
  private final int runs;
  private final Map<String, ProgressLine> begun = new HashMap<>();

  /**
   * A progress line.
   *
   * @param runs how many there will be
   */
  MatrixProgress(Console console, int runs) {
    this.console = console;
    this.runs = runs;
  }

  @Override
  public synchronized void progress(Progress now) {
    if (!begun.containsKey(now.kernel()) && !console.rewriting()) {
      console.status("run " + (begun.size() + 1) + " of " + runs + ": " + now.kernel());
    }
    begun.computeIfAbsent(now.kernel(), run -> new ProgressLine(console, false)).progress(now);
  }

  @Override
  public void warning(String text) {
    console.warn(text);
  }
}
