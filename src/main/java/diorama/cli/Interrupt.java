package diorama.cli;

import diorama.campaign.StopSignal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C end a run in order: the run is asked to stop, and the process waits until its
 * summary is out. Closing it says that it is.
 */
final class Interrupt implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch summaryIsOut = new CountDownLatch(1);
  private final StopSignal stop = new StopSignal();
  private final Thread hook = new Thread(this::end, "interrupt");

  private Interrupt() {}

  /** From now on a signal that ends the process asks the run to stop first. */
  static Interrupt watched() {
    Interrupt interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** What the run is asked by. */
  StopSignal stop() {
    return stop;
  }

  private void end() {
    stop.give();
    try {
      if (!summaryIsOut.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("diorama: the run did not end within " + PATIENCE.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Whatever the signal was: System.exit would wait for this hook, and for ever.
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      summaryIsOut.countDown();
    }
  }
}
