package diorama.engine.seeded;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Small actors for tests: contexts that make calls, objects that answer them. */
final class Toys {
  private static final MailboxSelector CONTEXT =
      MailboxSelector.fromConfig("diorama-mailbox.context");

  /** What an object is asked. */
  record Ask(String what, ActorRef<String> from) {}

  /** A call that a context makes. */
  record Call(ActorRef<Ask> object, String what) {}

  private Toys() {}

  static <M> ActorRef<M> context(ActorContext<?> parent, String name, Behavior<M> behavior) {
    return parent.spawn(behavior, name, CONTEXT);
  }

  /** A context that makes calls one after the other, each when the one before is answered. */
  static ActorRef<String> caller(ActorContext<?> parent, String name, Call... calls) {
    return context(
        parent,
        name,
        Behaviors.<String>setup(
            actor -> {
              Iterator<Call> left = List.of(calls).iterator();
              next(left, actor.getSelf());
              return Behaviors.receiveMessage(
                  answer -> {
                    next(left, actor.getSelf());
                    return Behaviors.same();
                  });
            }));
  }

  private static void next(Iterator<Call> left, ActorRef<String> self) {
    if (left.hasNext()) {
      Call call = left.next();
      call.object.tell(new Ask(call.what, self));
    }
  }

  /** A context that makes so many calls to an object, named after itself: a1, a2 and so on. */
  static ActorRef<String> caller(
      ActorContext<?> parent, String name, ActorRef<Ask> object, int calls) {
    List<Call> all = new ArrayList<>();
    for (int i = 1; i <= calls; i++) {
      all.add(new Call(object, name + i));
    }
    return caller(parent, name, all.toArray(Call[]::new));
  }

  /** Two contexts, a and b, that make two calls each to one object. */
  static void twoCallers(ActorContext<?> parent, List<String> log) {
    ActorRef<Ask> object = object(parent, "object", log);
    caller(parent, "a", object, 2);
    caller(parent, "b", object, 2);
  }

  /** A context that makes all of its calls at once. */
  static ActorRef<String> hasty(ActorContext<?> parent, String name, Call... calls) {
    return context(
        parent,
        name,
        Behaviors.<String>setup(
            actor -> {
              for (Call call : calls) {
                call.object.tell(new Ask(call.what, actor.getSelf()));
              }
              return Behaviors.ignore();
            }));
  }

  /** Writes down what it is told. */
  static Behavior<String> noting(List<String> log) {
    return Behaviors.receiveMessage(
        what -> {
          log.add(what);
          return Behaviors.same();
        });
  }

  /** An object that writes down what it is asked, and answers with it. */
  static ActorRef<Ask> object(ActorContext<?> parent, String name, List<String> log) {
    return parent.spawn(
        Behaviors.receiveMessage(
            ask -> {
              log.add(ask.what);
              ask.from.tell(ask.what);
              return Behaviors.same();
            }),
        name);
  }
}
