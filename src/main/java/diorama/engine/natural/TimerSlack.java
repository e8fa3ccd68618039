package diorama.engine.natural;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The timer slack of a thread: by how much Linux may delay its timeouts to serve several at once.
 * It is 50 microseconds for an ordinary thread, which is as long as a fast device takes.
 */
final class TimerSlack {
  private TimerSlack() {}

  /**
   * Sets the slack of the current thread to one nanosecond, the least there is.
   *
   * @param proc where the process file system is
   * @return false where there is none, or where it does not allow this: timers are later then
   */
  static boolean minimise(Path proc) {
    try {
      Path thread = Files.readSymbolicLink(proc.resolve("thread-self")).getFileName();
      Files.writeString(proc.resolve(thread).resolve("timerslack_ns"), "1");
      return true;
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return false;
    }
  }
}
