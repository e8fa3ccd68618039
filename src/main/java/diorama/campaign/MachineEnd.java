package diorama.campaign;

import java.util.List;

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
}
