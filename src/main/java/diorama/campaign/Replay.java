package diorama.campaign;

import diorama.config.BadInput;
import diorama.engine.ActorId;
import diorama.engine.record.TraceCursor;
import diorama.engine.record.TraceWriter;
import diorama.engine.seeded.Lane;
import diorama.engine.seeded.World;
import java.io.IOException;
import java.util.List;

/**
 * Does again what was recorded, delivery by delivery, whichever engine it was recorded in: what an
 * actor does is a function of what it is told, so that the whole machine repeats itself.
 */
final class Replay implements Drive {
  private final TraceCursor cursor;
  private final List<String> actors;

  private Replay(TraceCursor cursor, List<String> actors) {
    this.cursor = cursor;
    this.actors = actors;
  }

  /**
   * Replays a machine on the current thread, which is the lane's.
   *
   * @throws Divergence if a recorded message is not there when its turn has come
   * @throws BadInput if the trace cannot be read any more
   */
  static SeededRun run(RecordedMachine recorded, Lane lane, Watching watching) {
    TraceHeader header = recorded.header();
    try (TraceCursor cursor = recorded.trace().cursor()) {
      return SeededMachine.replayed(
          new MachinePlan(header.request(), header.profile()),
          header.machine(),
          lane,
          new Replay(cursor, recorded.trace().actors()),
          watching);
    } catch (IOException e) {
      throw new BadInput(recorded.trace().file() + ": " + e.getMessage());
    }
  }

  @Override
  public boolean step(World world) {
    try {
      if (!cursor.next()) {
        return false;
      }
    } catch (IOException e) {
      throw new BadInput("the trace cannot be read any more: " + e.getMessage());
    }
    long receiver = number(cursor.receiver());
    boolean done =
        world.deliver(receiver, number(cursor.sender()), cursor.sequence(), cursor.nanos());
    // What was told to an actor that somebody had stopped may have come before its end or not.
    if (!done && !world.isGone(receiver)) {
      throw new Divergence(
          "the replay diverges at delivery %d: %s#%d to %s is not there; pending are %s"
              .formatted(
                  cursor.passed(),
                  path(cursor.sender()),
                  cursor.sequence(),
                  path(cursor.receiver()),
                  world.pending()));
    }
    return true;
  }

  private long number(int actor) {
    return actor == TraceWriter.OUTSIDE ? ActorId.OUTSIDE : ActorId.of(actors.get(actor));
  }

  private String path(int actor) {
    return actor == TraceWriter.OUTSIDE
        ? "outside"
        : actors.get(actor).isEmpty() ? "the root" : actors.get(actor);
  }
}
