package diorama.campaign;

/** Runs a scenario on many machines, kernel by kernel. */
public interface Campaign {
  /**
   * Runs until a limit of the request is reached or somebody asks it to stop, and says what came of
   * it; in the second case of what has run until then. Returns when all its machines are at rest.
   *
   * @param listener is told while it runs, from any thread
   */
  RunResult run(RunRequest request, ProgressListener listener, StopSignal stop);

  /** Campaigns of an engine. */
  static Campaign in(Engine engine) {
    return switch (engine) {
      case NATURAL -> new NaturalCampaign();
      case SEEDED -> new SeededCampaign();
    };
  }
}
