package diorama.kernel.sched;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import java.time.Duration;

/** A machine's timers: the only source of time for kernel code. */
public final class KernelTimers {
  private final double scale;

  /**
   * Timers whose kernel intervals are multiplied by a factor.
   *
   * @param scale {@code time.scale}: 1 is real time, 0.01 runs kernel intervals a hundred times
   *     faster
   */
  public KernelTimers(double scale) {
    this.scale = scale;
  }

  /** A kernel interval in the time that this machine lives in, in nanoseconds. */
  public long scaled(Duration kernelInterval) {
    return Math.max(1, (long) (kernelInterval.toNanos() * scale));
  }

  /** Sends the message after a time that is not scaled, in nanoseconds. */
  public <M> akka.actor.Cancellable after(
      ActorContext<?> context, long nanos, ActorRef<M> to, M message) {
    return context.scheduleOnce(Duration.ofNanos(Math.max(1, nanos)), to, message);
  }
}
