package diorama.kernel.fs;

/**
 * The flags of open(), as far as they matter here.
 *
 * @param readable O_RDONLY or O_RDWR
 * @param writable O_WRONLY or O_RDWR
 * @param direct O_DIRECT
 * @param sync O_SYNC
 */
public record OpenFlags(boolean readable, boolean writable, boolean direct, boolean sync) {
  /** O_RDWR. */
  public static final OpenFlags READ_WRITE = new OpenFlags(true, true, false, false);

  /** O_RDONLY. */
  public static final OpenFlags READ_ONLY = new OpenFlags(true, false, false, false);

  /** O_WRONLY. */
  public static final OpenFlags WRITE_ONLY = new OpenFlags(false, true, false, false);

  /** These flags and O_DIRECT. */
  public OpenFlags withDirect() {
    return new OpenFlags(readable, writable, true, sync);
  }

  /** These flags and O_SYNC. */
  public OpenFlags withSync() {
    return new OpenFlags(readable, writable, direct, true);
  }
}
