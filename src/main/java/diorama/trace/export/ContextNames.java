package diorama.trace.export;

import org.jspecify.annotations.Nullable;

/** Which actors of a machine run kernel code. */
@FunctionalInterface
public interface ContextNames {
  /**
   * The name that tracepoints have for a context, {@code comm/pid}; null for an object. A pure
   * function.
   *
   * @param actor a path below the machine, as in {@link diorama.trace.Message}
   */
  @Nullable String of(String actor);
}
