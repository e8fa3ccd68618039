package diorama.engine.natural;

/** The processors that this process may use. */
final class Cores {
  private Cores() {}

  static int available() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** A number of workers from a setting, where 0 stands for one on each processor. */
  static int orAll(int setting) {
    if (setting < 0) {
      throw new IllegalArgumentException("parallelism = " + setting + ": has to be 0 or more");
    }
    return setting == 0 ? available() : setting;
  }
}
