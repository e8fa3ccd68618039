package diorama.process.script;

/**
 * A variable of a script: what a call returned, named by the call that returned it and never by its
 * number, so that calls can be taken away.
 *
 * @param kind what it holds
 * @param name a C identifier
 */
public record Ref(Kind kind, String name) {
  /** What a variable holds. */
  public enum Kind {
    /** A file descriptor, from open. */
    FD("fd"),
    /** An asynchronous I/O context, from io_setup. */
    CTX("ctx"),
    /** The address of a mapping, from mmap. */
    MAP("map"),
    /** A child, from fork or clone. */
    PID("pid"),
    /** A request in an io_submit, for io_cancel. */
    IOCB("iocb");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    /** The variable of this kind with that number. */
    Ref numbered(long number) {
      return new Ref(this, prefix + number);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
