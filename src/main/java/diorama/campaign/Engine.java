package diorama.campaign;

import java.util.Locale;

/** What runs the actors. */
public enum Engine {
  /** Many threads, real time, jitter. */
  NATURAL,
  /** One thread, virtual time, every choice from a seed. */
  SEEDED;

  /** As the command line and JSON write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
