package diorama.campaign;

import diorama.engine.seeded.Lane;
import diorama.engine.seeded.WorldListener;
import java.util.ArrayList;
import java.util.List;

/** Runs a seeded machine again and says where the two runs part, if they do. */
final class Repetition {
  private Repetition() {}

  /**
   * Compares a run with its repetition.
   *
   * @throws NotDeterministic if they differ; names the first delivery that does
   */
  static void check(
      MachinePlan plan, SeededRun first, Lane lane, Way way, SeededMachine.Limits limits) {
    SeededRun second = SeededMachine.run(plan, first.number(), lane, way, limits, Watching.NOBODY);
    if (second.hash() != first.hash()) {
      throw new NotDeterministic(
          "machine %d ran twice and differs: %s"
              .formatted(first.number(), firstDifference(plan, first.number(), lane, way, limits)));
    }
  }

  private static String firstDifference(
      MachinePlan plan, long number, Lane lane, Way way, SeededMachine.Limits limits) {
    List<String> one = deliveries(plan, number, lane, way, limits);
    List<String> other = deliveries(plan, number, lane, way, limits);
    return firstDifference(one, other);
  }

  /** The first delivery in which two runs differ, in words. */
  static String firstDifference(List<String> one, List<String> other) {
    int shorter = Math.min(one.size(), other.size());
    for (int i = 0; i < shorter; i++) {
      if (!one.get(i).equals(other.get(i))) {
        return "delivery %d is %s in one run and %s in the other"
            .formatted(i + 1, one.get(i), other.get(i));
      }
    }
    return one.size() == other.size()
        ? "the deliveries are the same, the tracepoints or contents are not"
        : "one run ends after %d deliveries, the other after %d"
            .formatted(one.size(), other.size());
  }

  private static List<String> deliveries(
      MachinePlan plan, long number, Lane lane, Way way, SeededMachine.Limits limits) {
    List<String> deliveries = new ArrayList<>();
    SeededMachine.run(
        plan,
        number,
        lane,
        way,
        limits,
        Watching.NOBODY.listener(
            new WorldListener() {
              @Override
              public void delivered(
                  String receiver,
                  String sender,
                  long sequence,
                  Object message,
                  long sent,
                  long nanos) {
                deliveries.add(
                    "%s#%d to %s at %d ns"
                        .formatted(
                            sender, sequence, receiver.isEmpty() ? "the root" : receiver, nanos));
              }
            }));
    return deliveries;
  }
}
