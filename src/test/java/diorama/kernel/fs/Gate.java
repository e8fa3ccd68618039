package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.Deadline;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Stands in front of an actor and keeps back the messages that a test wants to come later. */
final class Gate<C> {
  private final ActorRef<C> behind;
  private final LinkedBlockingQueue<C> kept = new LinkedBlockingQueue<>();
  private Predicate<C> keeps = m -> false;

  Gate(ActorRef<C> behind) {
    this.behind = behind;
  }

  Behavior<C> behavior() {
    return Behaviors.receiveMessage(
        m -> {
          arrived(m);
          return Behaviors.same();
        });
  }

  private synchronized void arrived(C message) {
    if (keeps.test(message)) {
      kept.add(message);
    } else {
      behind.tell(message);
    }
  }

  synchronized void keep(Predicate<C> which) {
    keeps = which;
  }

  /** Waits until a message was kept, and lets it through. */
  void letOneThrough() throws InterruptedException {
    behind.tell(await());
  }

  /** Waits until a message was kept. */
  C await() throws InterruptedException {
    C message = kept.poll(Deadline.SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("nothing came to the gate");
    }
    return message;
  }

  void pass(C message) {
    behind.tell(message);
  }

  /** Keeps nothing any more and lets through what was kept. */
  synchronized void open() {
    keeps = m -> false;
    C message;
    while ((message = kept.poll()) != null) {
      behind.tell(message);
    }
  }
}
