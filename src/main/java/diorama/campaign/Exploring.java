package diorama.campaign;

import diorama.engine.seeded.PartialOrderSampling;
import diorama.engine.seeded.PriorityChains;
import diorama.engine.seeded.RandomWalk;
import diorama.engine.seeded.RoundRobin;
import diorama.engine.seeded.Strategy;
import diorama.kernel.sched.Chance;

/** How the seeded engine chooses what happens next. */
public enum Exploring {
  /** Every call that is possible is as likely as any other. */
  RANDOM("random walk"),
  /** Priorities of causal chains, with a few random changes. */
  PCT(
      "Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs,"
          + " ASPLOS 2010; for chains of messages Ozkan et al., Randomized Testing of Distributed"
          + " Systems with Probabilistic Guarantees, OOPSLA 2018"),
  /** Random priorities, drawn anew for what races with what was chosen. */
  POS("Yuan, Yang and Gu, Partial Order Aware Concurrency Sampling, CAV 2018"),
  /** First come, first served: for comparison. */
  ROUND_ROBIN("first come, first served, for comparison");

  private final String source;

  Exploring(String source) {
    this.source = source;
  }

  /** The paper that it comes from, or what it is. */
  public String source() {
    return source;
  }

  /** A strategy for one schedule. */
  Strategy strategy(int depth, long length, Chance chance) {
    return switch (this) {
      case RANDOM -> new RandomWalk(chance::nextLong);
      case PCT -> new PriorityChains(depth, length, chance::nextLong);
      case POS -> new PartialOrderSampling(chance::nextLong);
      case ROUND_ROBIN -> new RoundRobin();
    };
  }
}
