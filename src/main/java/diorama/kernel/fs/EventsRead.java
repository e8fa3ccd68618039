package diorama.kernel.fs;

import java.util.List;

/**
 * What io_getevents answered.
 *
 * @param result how many events, or a negative errno
 * @param events what it stored in the program's memory
 */
public record EventsRead(long result, List<IoEvent> events) {
  static EventsRead error(long errno) {
    return new EventsRead(errno, List.of());
  }
}
