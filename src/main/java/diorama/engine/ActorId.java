package diorama.engine;

/**
 * The number that stands for an actor in stamps: a 64-bit hash (FNV-1a) of its path below the
 * system, for instance of {@code /user/machine-17/kjournald}.
 *
 * <p>It depends on the path alone. The same actor therefore has the same number in every run and in
 * every engine, without a table that would have to be kept. An actor that takes the name of one
 * that stopped takes its number as well.
 */
public final class ActorId {
  /**
   * Stands for every sender that is not an actor: a repeating timer, a future, a thread outside.
   */
  public static final long OUTSIDE = 0;

  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private ActorId() {}

  /** The number of the actor with this path, never {@link #OUTSIDE}. */
  public static long of(String path) {
    long hash = OFFSET;
    for (int i = 0; i < path.length(); i++) {
      hash = (hash ^ path.charAt(i)) * PRIME;
    }
    return hash == OUTSIDE ? OFFSET : hash;
  }
}
