package diorama.check;

import diorama.kernel.sched.Context;

/** Something that a machine was seen doing: an entry of a {@link History}. */
public sealed interface Recorded permits Event, KernelReport {
  /** Where it stands in the order of its machine: unique, and counted from 1. */
  long sequence();

  /** When, in nanoseconds of the machine's clock. */
  long nanos();

  /** Who did it. */
  Context context();
}
