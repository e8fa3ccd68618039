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
  private @Nullable Sender running;
  private @Nullable Stamp reserved;

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
        task instanceof Mailbox mailbox && mailbox.messageQueue() instanceof Stamping queue
            ? queue.sender()
            : null;
    try {
      task.run();
    } finally {
      running = null;
    }
  }

  /**
   * A task that somebody else runs later for the actor that runs here now, a timer's for instance.
   * The first message that it sends, wherever an engine's thread runs it, is stamped as if the
   * actor had sent it here; what it sends after that comes from outside.
   *
   * @return the task itself if the current thread runs no actor
   */
  public static Runnable reserve(Runnable task) {
    Sender sender = running();
    return sender == null ? task : new Reserved(new Stamp(sender, sender.next()), task);
  }

  /** The stamp of a message that is being sent by the current thread; null from outside. */
  public static @Nullable Stamp stamp() {
    if (!(Thread.currentThread() instanceof EngineThread thread)) {
      return null;
    }
    Sender sender = thread.running;
    if (sender != null) {
      return new Stamp(sender, sender.next());
    }
    Stamp stamp = thread.reserved;
    thread.reserved = null;
    return stamp;
  }

  /** The actor that the current thread runs; null on any thread of another kind. */
  static @Nullable Sender running() {
    return Thread.currentThread() instanceof EngineThread thread ? thread.running : null;
  }

  private record Reserved(Stamp stamp, Runnable task) implements Runnable {
    @Override
    public void run() {
      if (!(Thread.currentThread() instanceof EngineThread thread)) {
        task.run();
        return;
      }
      thread.reserved = stamp;
      try {
        task.run();
      } finally {
        thread.reserved = null;
      }
    }
  }
}
