package diorama.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Is told how a run goes. Its methods return soon, and may be called from any thread. */
public interface ProgressListener {
  /** Where a kernel's run stands; a few times a second. */
  void progress(Progress now);

  /** A violation was seen for the first time on this kernel, or in a new order. */
  default void violation(String kernel, String id, List<String> explanation) {}

  /** Something that a person should know and that changes nothing about the result. */
  default void warning(String line) {}

  /** A listener that looks away. */
  ProgressListener NONE = now -> {};

  /**
   * Where a kernel's run stands.
   *
   * @param kernel which one
   * @param elapsed since its start
   * @param schedules of an exploration
   * @param limit after which it ends at the latest
   * @param operations completed since its start
   * @param deliveries messages since its start
   * @param violations how often each was seen
   */
  record Progress(
      String kernel,
      Duration elapsed,
      Optional<Schedules> schedules,
      Duration limit,
      long operations,
      long deliveries,
      Map<String, Long> violations) {
    /** How many schedules are done, and of how many. */
    public record Schedules(long done, long of) {}
  }
}
