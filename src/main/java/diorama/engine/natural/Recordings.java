package diorama.engine.natural;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Records machines that run in the natural engine: one thread writes the files of all of them.
 * Closing it ends what has not been released, keeps its files, and returns when everything is in
 * them.
 */
public final class Recordings implements AutoCloseable {
  /** How long the thread sleeps when it has written what there was. */
  private static final long REST = TimeUnit.MILLISECONDS.toNanos(5);

  private final List<Recording> running = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::loop, "diorama-recordings");
  private volatile boolean closed;

  /** Starts the thread. */
  public Recordings() {
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Begins a recording. Whatever goes wrong with the file later ends it and is one of the {@link
   * #problems}; the machine goes on.
   *
   * @param file made or replaced soon after
   * @param header asked for once, by the thread that writes
   * @param mostBytes how large the file may become
   */
  public Recording begin(Path file, Supplier<String> header, long mostBytes) {
    return begin(file, header, mostBytes, Recording.PATIENCE);
  }

  Recording begin(Path file, Supplier<String> header, long mostBytes, long patience) {
    Recording recording = new Recording(file, header, mostBytes, patience, thread);
    running.add(recording);
    return recording;
  }

  /** What kept files from being written, a sentence each. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  private void loop() {
    List<Recording> finished = new ArrayList<>();
    while (!closed || !running.isEmpty()) {
      long most = 0;
      for (Recording recording : running) {
        most = Math.max(most, write(recording));
        if (recording.finished()) {
          finished.add(recording);
        }
      }
      running.removeAll(finished);
      finished.clear();
      if (most < DeliveryRing.CELLS / 4) {
        LockSupport.parkNanos(this, REST);
      }
    }
  }

  private long write(Recording recording) {
    try {
      return recording.write();
    } catch (IOException | RuntimeException e) {
      problems.add("%s cannot be written: %s".formatted(recording.file(), e.getMessage()));
      return 0;
    }
  }

  @Override
  public void close() {
    running.forEach(recording -> recording.release(true));
    closed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
