package diorama.kernel.tracepoint;

/** Sectors that go to a device or come from it. */
public interface BlockTransfer extends Subject {
  /** The first sector on the device. */
  long sector();

  /** How many sectors. */
  int sectors();

  /** Whether they go to the device. */
  boolean writes();

  /**
   * A number that stands for the content of one of them, counted from 0: the same as that of the
   * {@link Transfer} which brought it. Of what comes from the device it means nothing.
   */
  long digest(int sector);

  @Override
  default Kind kind() {
    return Kind.BIO;
  }
}
