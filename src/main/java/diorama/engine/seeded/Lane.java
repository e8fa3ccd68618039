package diorama.engine.seeded;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.dispatch.Mailbox;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs one world at a time. What a lane's worlds do does not depend on which lane it
 * is, nor on what other lanes do.
 */
public final class Lane extends Thread {
  /** What the actor is told that a lane's worlds are the children of. */
  private sealed interface Command {}

  private record Spawn(String name, Behavior<?> root) implements Command {}

  private record Stop(String name) implements Command {}

  private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
  private final ArrayDeque<Mailbox> own = new ArrayDeque<>();
  private volatile @Nullable ActorRef<Command> actor;
  private @Nullable World world;
  private long worlds;
  private boolean over;

  Lane(String name) {
    super(name);
    setDaemon(true);
  }

  /** The actor above this lane's worlds. */
  Behavior<?> guardian() {
    return Behaviors.<Command>setup(
        context -> {
          actor = context.getSelf();
          return Behaviors.receive(Command.class)
              .onMessage(Spawn.class, m -> spawn(context, m))
              .onMessage(Stop.class, m -> stop(context, m))
              .build();
        });
  }

  private static Behavior<Command> spawn(ActorContext<Command> context, Spawn m) {
    context.spawn(m.root, m.name);
    return Behaviors.same();
  }

  private static Behavior<Command> stop(ActorContext<Command> context, Stop m) {
    context.getChild(m.name).ifPresent(context::stop);
    return Behaviors.same();
  }

  /** Runs something on this lane, after what it was given before; from any thread. */
  public <T> CompletableFuture<T> submit(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    inbox.add(
        () -> {
          try {
            result.complete(work.call());
          } catch (Throwable thrown) {
            result.completeExceptionally(thrown);
          }
        });
    return result;
  }

  /** Waits for something that was submitted; from any thread but a lane's. */
  public static <T> T await(CompletableFuture<T> submitted) {
    try {
      return submitted.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw e;
    }
  }

  @Override
  public void run() {
    try {
      while (!over) {
        inbox.take().run();
        serveItself();
      }
    } catch (InterruptedException e) {
      interrupt();
    }
  }

  void end() {
    inbox.add(() -> over = true);
  }

  /**
   * A fresh world with a root actor, on this thread. Close it before the next one is made.
   *
   * @param costs 64 random bits at a time, for the cost of each call
   * @param listener is told of every delivery
   */
  public World world(
      Behavior<?> root, Strategy strategy, Pace pace, LongSupplier costs, WorldListener listener) {
    return boot(root, strategy, pace, costs, listener, false);
  }

  /** A fresh world in which nothing is delivered but what {@link World#deliver} names. */
  public World scripted(Behavior<?> root, WorldListener listener) {
    return boot(root, candidates -> 0, Pace.STEADY, () -> 0, listener, true);
  }

  private World boot(
      Behavior<?> root,
      Strategy strategy,
      Pace pace,
      LongSupplier costs,
      WorldListener listener,
      boolean holdsAll) {
    checkThread();
    if (world != null) {
      throw new IllegalStateException("a lane runs one world at a time");
    }
    World fresh = new World(this, "world-" + ++worlds, strategy, pace, costs, listener, holdsAll);
    world = fresh;
    fresh.boot(root);
    return fresh;
  }

  /** The world that runs on the current thread, or null. */
  public static @Nullable World current() {
    return Thread.currentThread() instanceof Lane lane ? lane.world : null;
  }

  private void checkThread() {
    if (Thread.currentThread() != this) {
      throw new IllegalStateException(
          "thread " + Thread.currentThread().getName() + " made a world of " + getName());
    }
  }

  /** A dispatcher wants the mailbox of this lane's own actor run; from any thread. */
  void schedule(Mailbox mailbox) {
    if (Thread.currentThread() == this) {
      own.add(mailbox);
    } else {
      inbox.add(mailbox);
    }
  }

  void serveItself() {
    for (Mailbox mailbox = own.poll(); mailbox != null; mailbox = own.poll()) {
      mailbox.run();
    }
  }

  void spawn(String name, Behavior<?> root) {
    tell(new Spawn(name, root));
  }

  void stop(String name) {
    tell(new Stop(name));
  }

  private void tell(Command command) {
    ActorRef<Command> ref = actor;
    if (ref == null) {
      throw new IllegalStateException(getName() + " was not started");
    }
    ref.tell(command);
  }

  void left(World gone) {
    if (world == gone) {
      world = null;
    }
  }
}
