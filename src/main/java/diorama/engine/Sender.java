package diorama.engine;

import org.jspecify.annotations.Nullable;

/**
 * An actor as its messages name it. Made with its mailbox; an actor that takes the path of one that
 * stopped is another sender.
 */
public final class Sender {
  private final String path;
  private final long id;
  private final @Nullable Recorder recorder;
  private final int index;

  /**
   * How many messages the actor has sent. Touched only by the thread that runs the actor; the
   * dispatcher hands it on safely from one to the next.
   */
  private long sent;

  /**
   * An actor that has sent nothing yet.
   *
   * @param path below the system
   * @param recorder who records its machine, if anybody does
   * @param index what the recorder calls it; without one of no meaning
   */
  public Sender(String path, @Nullable Recorder recorder, int index) {
    this.path = path;
    this.id = ActorId.of(path);
    this.recorder = recorder;
    this.index = index;
  }

  /** The actor's path below the system. */
  public String path() {
    return path;
  }

  /** The actor's {@link ActorId}. */
  public long id() {
    return id;
  }

  /** Who records the actor's machine. */
  public @Nullable Recorder recorder() {
    return recorder;
  }

  /** What this recorder calls the actor; {@link Recorder#OUTSIDE} if another one records it. */
  public int index(Recorder of) {
    return of == recorder ? index : Recorder.OUTSIDE;
  }

  /** Counts a message and returns its number, from 1; to be called where the actor runs. */
  public long next() {
    return ++sent;
  }
}
