package diorama.engine;

import akka.dispatch.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs actors and knows which one it is running, so that a mailbox can name the
 * sender of a message: a typed tell carries none, but it is enqueued on the sender's thread.
 *
 * <p>An engine's threads extend this and run everything through {@link #perform}. A field of the
 * thread costs one type check to read; a {@code ThreadLocal} costs a search at every tell.
 */
public abstract class EngineThread extends Thread {
  private @Nullable StampedQueue running;

  protected EngineThread(String name) {
    super(name);
  }

  /**
   * Runs a task of a dispatcher on this thread. When it is a mailbox, everything that it sends is
   * stamped as its own, also what it sends while it handles a system message: a behaviour's setup
   * runs inside one.
   */
  protected final void perform(Runnable task) {
    running =
        task instanceof Mailbox mailbox && mailbox.messageQueue() instanceof StampedQueue queue
            ? queue
            : null;
    try {
      task.run();
    } finally {
      running = null;
    }
  }

  /** The mailbox whose actor the current thread runs; null on any thread of another kind. */
  static @Nullable StampedQueue running() {
    return Thread.currentThread() instanceof EngineThread thread ? thread.running : null;
  }
}
