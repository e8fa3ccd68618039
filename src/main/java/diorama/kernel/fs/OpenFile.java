package diorama.kernel.fs;

/**
 * A pointer to a {@code struct file} with the parts of it that change.
 *
 * <p>{@code f_count} is counted by the machine's {@link KioctxActor} alone, because requests drop
 * their reference under ctx_lock; {@code f_pos} belongs to the process that opened the file.
 */
public final class OpenFile {
  private File file;
  private long fPos;

  /** {@code f_count}: one for the descriptor that open() makes. */
  int fCount = 1;

  /** A file just opened, at position 0. */
  public OpenFile(File file) {
    this.file = file;
  }

  /** Tells it where in the slab it is; before anybody else knows of it. */
  void setSelf(FilpRef self) {
    file = file.at(self);
  }

  /** The parts that do not change. */
  public File file() {
    return file;
  }

  /** {@code f_pos}. */
  public long fPos() {
    return fPos;
  }

  /** Sets {@code f_pos}. */
  public void setFPos(long pos) {
    fPos = pos;
  }
}
