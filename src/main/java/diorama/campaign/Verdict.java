package diorama.campaign;

import diorama.campaign.KernelTally.Sighting;
import diorama.check.KernelReport;
import diorama.config.Expectation;
import diorama.config.Scenario;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares what was seen with what a scenario expects. */
public final class Verdict {
  private static final Set<String> KERNEL_COMPLAINTS =
      Arrays.stream(KernelReport.Kind.values())
          .map(KernelReport.Kind::violationId)
          .collect(Collectors.toUnmodifiableSet());

  private Verdict() {}

  /** The result of one kernel. */
  public static KernelResult judge(Scenario scenario, KernelTally tally) {
    List<ViolationResult> violations =
        tally.sightings().stream().map(s -> violation(scenario, tally, s)).toList();
    List<Absent> absent = absent(scenario, tally);
    boolean unexpected =
        violations.stream().anyMatch(v -> v.expectation() == Expectation.NEVER)
            || absent.stream().anyMatch(a -> a.expectation() == Expectation.MUST)
            || variantThatNeverShows(scenario, tally);
    return new KernelResult(
        tally.kernel(),
        unexpected ? Outcome.UNEXPECTED : Outcome.AS_EXPECTED,
        tally.elapsedSeconds(),
        tally.machines(),
        tally.replaced(),
        tally.slowestToMedian(),
        tally.deliveries(),
        tally.traceHash(),
        new TreeMap<>(tally.operations()),
        violations,
        absent);
  }

  private static boolean variantThatNeverShows(Scenario scenario, KernelTally tally) {
    return scenario.expectations().entrySet().stream()
        .filter(expected -> RaceName.isVariant(expected.getKey()))
        .filter(expected -> expected.getValue().get(tally.kernel()) == Expectation.NEVER)
        .anyMatch(
            expected -> tally.sightings().stream().anyMatch(s -> count(expected.getKey(), s) > 0));
  }

  private static long count(String what, Sighting s) {
    return RaceName.count(what, s.id(), s.race(), s.count(), s.variants());
  }

  private static ViolationResult violation(Scenario scenario, KernelTally tally, Sighting seen) {
    long counted = opportunities(tally, seen.id(), seen.race());
    // One opportunity can be taken twice; but what nobody counted has no rate at all.
    long opportunities = counted == 0 ? 0 : Math.max(seen.count(), counted);
    Proportion rate = Proportion.of(seen.count(), opportunities);
    return new ViolationResult(
        seen.id(),
        seen.race(),
        seen.count(),
        seen.firstSeconds(),
        opportunities,
        rate.rate(),
        rate.low95(),
        rate.high95(),
        seen.trace(),
        new TreeMap<>(seen.variants()),
        scenario.expected(tally.kernel(), seen.id(), seen.race()),
        seen.explanation());
  }

  /**
   * The kernel can complain in every operation; all else has the opportunities that were counted.
   */
  private static long opportunities(KernelTally tally, String id, String race) {
    Map<String, Long> counted = tally.opportunities();
    if (KERNEL_COMPLAINTS.contains(id) && !counted.containsKey(id)) {
      return tally.operations().values().stream().mapToLong(Long::longValue).sum();
    }
    return counted.getOrDefault(id, counted.getOrDefault(race, 0L));
  }

  private static List<Absent> absent(Scenario scenario, KernelTally tally) {
    List<Absent> absent = new ArrayList<>();
    for (String what : scenario.expectations().keySet()) {
      if (tally.notLookedAt().contains(what)) {
        continue;
      }
      boolean seen = tally.sightings().stream().anyMatch(s -> count(what, s) > 0);
      Expectation expectation = scenario.expected(tally.kernel(), what, what);
      long opportunities = opportunities(tally, what, RaceName.race(what));
      // Of what may or may not be, and never could have been, there is nothing to say.
      if (!seen && (opportunities > 0 || expectation != Expectation.MAY)) {
        absent.add(
            new Absent(
                what, opportunities, Proportion.boundWhenAbsent(opportunities), expectation));
      }
    }
    return absent;
  }
}
