package diorama.campaign;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the life of a machine ended. */
sealed interface MachineEnd {
  /** Its kernel died or stands still. */
  record Dead() implements MachineEnd {}

  /** It was asked to come to rest, and did. */
  record AtRest() implements MachineEnd {}

  /** It was asked to come to rest and did not, for these reasons. */
  record Restless(List<String> reasons) implements MachineEnd {}

  /** Diorama's own code failed. */
  record Defective(String where, Throwable cause) implements MachineEnd {}

  /** Whether it was asked to come to rest, and it is known whether it did. */
  static boolean tellsRest(@Nullable MachineEnd end) {
    return end instanceof AtRest || end instanceof Restless;
  }
}
