package diorama.engine.seeded;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import diorama.engine.seeded.Toys.Ask;
import java.time.Duration;
import java.util.List;

/** A machine of six contexts, two objects and a device, in which nearly every order is possible. */
final class Busy {
  private static final int CALLS = 20;

  private Busy() {}

  static void machine(ActorContext<?> root, List<String> log) {
    ActorRef<Ask> left = Toys.object(root, "left", log);
    ActorRef<Ask> right = Toys.object(root, "right", log);
    ActorRef<Ask> device = device(root, log);
    for (String name : List.of("a", "b")) {
      Toys.caller(root, name, left, CALLS);
    }
    Toys.caller(root, "c", right, CALLS);
    Toys.caller(root, "d", right, CALLS);
    for (String name : List.of("e", "f")) {
      Toys.caller(root, name, device, CALLS);
    }
  }

  /** Answers a microsecond later, from a timer. */
  private static ActorRef<Ask> device(ActorContext<?> root, List<String> log) {
    return root.spawn(
        Behaviors.<Ask>setup(
            actor ->
                Behaviors.receiveMessage(
                    ask -> {
                      if (ask.what().startsWith("done ")) {
                        log.add(ask.what());
                        ask.from().tell(ask.what());
                      } else {
                        actor.scheduleOnce(
                            Duration.ofNanos(1_000),
                            actor.getSelf(),
                            new Ask("done " + ask.what(), ask.from()));
                      }
                      return Behaviors.same();
                    })),
        "device");
  }
}
