package diorama.campaign;

/**
 * How often a machine gave a race the opportunity to show.
 *
 * @param accepted iocbs that were accepted
 * @param contested workqueues that were made although another one was published first
 */
record Counted(long accepted, long contested) {
  static final Counted NOTHING = new Counted(0, 0);

  Counted plus(Counted other) {
    return new Counted(accepted + other.accepted, contested + other.contested);
  }
}
