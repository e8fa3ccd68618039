package diorama.config;

/**
 * Something that goes wrong with a scenario's device.
 *
 * @param target how, as a target of the device mapper
 * @param start first sector of 512 bytes
 * @param length sectors
 */
public record Fault(Target target, long start, long length) {
  /** What becomes of transfers there. */
  public enum Target {
    /** Each one fails with -EIO. */
    ERROR
  }

  private static final long LARGEST = 1L << 31;

  static final Section SCHEMA =
      Section.of(
          Key.of(
              "target",
              Scalar.Choice.of(Target.values()),
              "error",
              "what becomes of transfers there, as a target of the device mapper: error fails them"),
          Key.required("start", new Scalar.Whole(0, LARGEST), "the first sector of 512 bytes"),
          Key.required("length", new Scalar.Whole(1, LARGEST), "how many sectors"));

  static Fault of(Values v) {
    return new Fault(v.constant("target", Target.class), v.number("start"), v.number("length"));
  }
}
