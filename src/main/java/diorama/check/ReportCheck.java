package diorama.check;

import java.util.function.Supplier;

/** A check that listens to the kernel's own complaints only. */
interface ReportCheck extends Check {
  @Override
  default boolean wants(String name) {
    return false;
  }

  @Override
  default void see(Event event, Supplier<History> soFar, Findings findings) {}

  @Override
  boolean see(KernelReport report, Supplier<History> soFar, Findings findings);
}
