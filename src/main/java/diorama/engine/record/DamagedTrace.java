package diorama.engine.record;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that is no trace, or one that this program cannot trust. The message is one sentence for
 * people: which file, what is wrong, where.
 */
public final class DamagedTrace extends IOException {
  private static final long serialVersionUID = 1;

  /** What is wrong with the file. */
  public DamagedTrace(Path file, String what) {
    super(file + ": " + what);
  }
}
