package diorama.campaign;

import diorama.config.Expectation;
import diorama.config.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the cells of a matrix of what came of a scenario on a kernel. */
final class Cells {
  private final RunRequest request;
  private final Scenario scenario;
  private final KernelResult result;
  private final double seconds;

  /**
   * Cells of a run.
   *
   * @param seconds of real time that it took
   */
  Cells(RunRequest request, KernelResult result, double seconds) {
    this.request = request;
    this.scenario = request.scenario();
    this.result = result;
    this.seconds = seconds;
  }

  /** A cell for all that the scenario expects anything of, then for what else was seen. */
  List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    Set<String> surprises = new LinkedHashSet<>();
    Map<String, Map<String, Expectation>> expectations = scenario.expectations();
    expectations.forEach(
        (what, kernels) ->
            cells.add(cell(what, kernels.getOrDefault(result.kernel(), Expectation.MAY))));
    for (ViolationResult violation : result.violations()) {
      if (!expectations.containsKey(violation.id())
          && !expectations.containsKey(violation.race())) {
        surprises.add(violation.id());
      }
    }
    surprises.forEach(what -> cells.add(cell(what, Expectation.NEVER)));
    return cells;
  }

  private Cell cell(String what, Expectation expected) {
    List<ViolationResult> seen =
        result.violations().stream().filter(violation -> count(what, violation) > 0).toList();
    long count = seen.stream().mapToLong(violation -> count(what, violation)).sum();
    long opportunities = opportunities(what, seen, count);
    return new Cell(
        scenario.name(),
        result.kernel(),
        race(what, seen),
        what,
        expected,
        count,
        opportunities,
        CellVerdict.of(expected, count),
        bound(count, opportunities),
        seconds,
        seen.stream()
            .map(ViolationResult::explanation)
            .filter(lines -> !lines.isEmpty())
            .findFirst()
            .orElse(List.of()));
  }

  private static long count(String what, ViolationResult v) {
    return RaceName.count(what, v.id(), v.race(), v.count(), v.variants());
  }

  private long opportunities(String what, List<ViolationResult> seen, long count) {
    if (seen.isEmpty()) {
      return result.absent().stream()
          .filter(absent -> absent.id().equals(what))
          .mapToLong(Absent::opportunities)
          .findFirst()
          .orElse(0);
    }
    long counted = seen.stream().mapToLong(ViolationResult::opportunities).max().orElse(0);
    return counted == 0 ? 0 : Math.max(counted, count);
  }

  private static @Nullable Double bound(long count, long opportunities) {
    if (opportunities == 0) {
      return null;
    }
    return count == 0
        ? Proportion.boundWhenAbsent(opportunities)
        : Proportion.of(count, opportunities).high95();
  }

  private String race(String what, List<ViolationResult> seen) {
    String caused =
        seen.stream()
            .map(ViolationResult::race)
            .filter(race -> !race.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    if (!caused.isEmpty()) {
      return caused;
    }
    String named = RaceName.race(what);
    return request.races().all().stream()
        .filter(race -> scenario.races().contains(race.name()) || race.name().equals(named))
        .filter(race -> race.violations().contains(what) || race.name().equals(named))
        .map(Race::name)
        .collect(Collectors.joining(", "));
  }
}
