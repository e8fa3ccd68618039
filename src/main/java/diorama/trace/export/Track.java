package diorama.trace.export;

/**
 * A line of a trace viewer.
 *
 * @param pid the process that the viewer groups it under
 * @param tid its number, which is its place from above as well; for a process that of itself
 * @param name what stands beside it
 */
record Track(int pid, int tid, String name) {
  /** What the contexts are grouped under. */
  static final Track MACHINE = new Track(1, 1, "machine");

  /** What the objects are grouped under. */
  static final Track MEMORY = new Track(2, 2, "memory");
}
