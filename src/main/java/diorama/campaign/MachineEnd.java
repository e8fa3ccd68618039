package diorama.campaign;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the life of a machine ended. */
sealed interface MachineEnd {
  /** Its kernel died or stands still. */
  record Dead() implements MachineEnd {}

  /** Its programs had ended, or were killed, and it came to rest. */
  record AtRest() implements MachineEnd {}

  /** Its programs had ended, or were killed, and it did not come to rest, for these reasons. */
  record Restless(List<String> reasons) implements MachineEnd {}

  /** Diorama's own code failed. */
  record Defective(String where, Throwable cause) implements MachineEnd {}

  /** Whether its programs were over, and it is known whether it came to rest. */
  static boolean tellsRest(@Nullable MachineEnd end) {
    return end instanceof AtRest || end instanceof Restless;
  }
}
