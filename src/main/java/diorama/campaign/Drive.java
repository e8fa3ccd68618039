package diorama.campaign;

import diorama.engine.seeded.World;

/** What makes a seeded machine go on. */
@FunctionalInterface
interface Drive {
  /** Lets the next thing happen; false if there is none. */
  boolean step(World world);
}
