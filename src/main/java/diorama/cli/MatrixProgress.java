package diorama.cli;

import diorama.campaign.ProgressListener;

/** Tells how a matrix goes: like a run, and where a line stays also which run begins. */
final class MatrixProgress implements ProgressListener {
  private final Console console;
  private final ProgressLine line;
  private final int runs;
  private String current = "";
  private int begun;

  /**
   * A progress line.
   *
   * @param runs how many there will be
   */
  MatrixProgress(Console console, int runs) {
    this.console = console;
    this.line = new ProgressLine(console, false);
    this.runs = runs;
  }

  @Override
  public synchronized void progress(Progress now) {
    if (!now.kernel().equals(current)) {
      current = now.kernel();
      begun++;
      if (!console.rewriting()) {
        console.status("run " + begun + " of " + runs + ": " + current);
      }
    }
    line.progress(now);
  }

  @Override
  public void warning(String text) {
    line.warning(text);
  }
}
