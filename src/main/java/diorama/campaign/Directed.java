package diorama.campaign;

import diorama.engine.seeded.World;

/**
 * Lets actors go on in a given order, and when that is at its end in the order in which they come.
 * An actor that cannot go on when its turn has come is passed over, so that a schedule is good for
 * a workload that is smaller than its own.
 */
final class Directed implements Drive {
  private final Choices choices;
  private int next;

  Directed(Choices choices) {
    this.choices = choices;
  }

  @Override
  public boolean step(World world) {
    while (next < choices.size()) {
      int turn = next++;
      if (world.advance(choices.source(turn), choices.target(turn), choices.nanos(turn))) {
        return true;
      }
    }
    return world.step();
  }
}
