package diorama.process;

/** The names under which programs count what they ask of the kernel, just before they ask. */
public final class Operation {
  public static final String FSYNC = "fsync";

  private Operation() {}

  /** For example {@code aio-dio-write}, {@code dio-read}, {@code buffered-write}. */
  public static String name(boolean aio, boolean direct, boolean write) {
    return (aio ? "aio-" : "") + (direct ? "dio-" : "buffered-") + (write ? "write" : "read");
  }
}
