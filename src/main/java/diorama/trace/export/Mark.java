package diorama.trace.export;

import diorama.check.Recorded;
import diorama.trace.Message;

/** Something on a {@link Timeline}. */
sealed interface Mark {
  /** When it is drawn: later than every mark before it, as close to its own time as that allows. */
  long nanos();

  /** An entry of the record. */
  record Entry(Recorded entry, long nanos) implements Mark {}

  /** A message leaves its sender. */
  record Sent(Message message, long nanos) implements Mark {}

  /** A message is handed to its receiver. */
  record Delivered(Message message, long nanos) implements Mark {}
}
