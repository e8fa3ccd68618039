package diorama.kernel.sched;

import diorama.kernel.tracepoint.Subject;

/**
 * A pointer to a {@code struct workqueue_struct}.
 *
 * @param name what it was made with, for example {@code dio/sda1}
 * @param number the how-manieth workqueue of its machine
 */
public record WorkqueueRef(String name, int number) implements Subject {
  @Override
  public Kind kind() {
    return Kind.WORKQUEUE;
  }

  @Override
  public String label() {
    return "workqueue " + name + "#" + number;
  }
}
