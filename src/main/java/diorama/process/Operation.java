package diorama.process;

/** The names under which programs count what they ask of the kernel, just before they ask. */
public final class Operation {
  public static final String FSYNC = "fsync";

  /** Loads from a mapping. */
  public static final String MAPPED_READ = "mapped-read";

  /** Stores to a mapping. */
  public static final String MAPPED_WRITE = "mapped-write";

  private Operation() {}

  /** For example {@code aio-dio-write}, {@code dio-read}, {@code buffered-write}. */
  public static String name(boolean aio, boolean direct, boolean write) {
    return (aio ? "aio-" : "") + (direct ? "dio-" : "buffered-") + (write ? "write" : "read");
  }
}
