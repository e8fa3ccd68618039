package diorama.kernel.sched;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.function.Function;

/** The thin shell around a kernel object: runs one request after the other on it. */
public final class ObjectActor {
  private ObjectActor() {}

  /** Sends an object a message of its own later: a kernel timer. */
  @FunctionalInterface
  public interface Timer<C> {
    /** Arms a timer that cannot be taken back; the delay is in nanoseconds and not scaled. */
    void after(long nanos, C message);
  }

  /** An object that needs neither its own reference nor timers. */
  public static <S, C extends Request<S>> Behavior<C> of(S object) {
    return Behaviors.receiveMessage(
        request -> {
          request.execute(object);
          return Behaviors.same();
        });
  }

  /** An object that is made with a timer. */
  public static <S, C extends Request<S>> Behavior<C> withTimer(Function<Timer<C>, S> make) {
    return Behaviors.setup(
        actor -> {
          ActorRef<C> self = actor.getSelf();
          return of(
              make.apply(
                  (nanos, message) ->
                      actor.scheduleOnce(Duration.ofNanos(Math.max(1, nanos)), self, message)));
        });
  }
}
