package diorama.campaign;

import diorama.config.Expectation;
import diorama.config.Library;
import diorama.config.Scenario;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which scenarios a matrix runs on which kernels, as their expectations say. */
public final class MatrixPlan {
  /** A scenario on a kernel. */
  public record Pair(Scenario scenario, String kernel) {}

  private static final Comparator<String> BY_AGE = Library.byNameAndNumber();

  private MatrixPlan() {}

  /**
   * Every scenario on each kernel that it expects anything of, the oldest first.
   *
   * @param wanted the only kernels to run on; empty for no restriction. One that none of the
   *     scenarios names, such as somebody's own mix of fixes, is run with all of them
   */
  public static List<Pair> all(List<Scenario> scenarios, Set<String> wanted) {
    Set<String> unknown = new LinkedHashSet<>(wanted);
    scenarios.forEach(scenario -> unknown.removeAll(named(scenario)));
    List<Pair> pairs = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      Set<String> kernels = named(scenario);
      if (!wanted.isEmpty()) {
        kernels.retainAll(wanted);
        kernels.addAll(unknown);
      }
      kernels.forEach(kernel -> pairs.add(new Pair(scenario, kernel)));
    }
    return pairs;
  }

  /**
   * The shortest proof of each race: of the scenarios that name it the one that runs shortest, on
   * the newest kernel that must show it and the oldest one after that which never does, or the
   * newest of all that never do. For a race that must show nowhere, a scenario that says where it
   * never shows.
   *
   * @param wanted the only kernels to run on; empty for no restriction
   */
  public static List<Pair> quick(
      List<Scenario> scenarios, Collection<Race> races, Set<String> wanted) {
    Set<Pair> pairs = new LinkedHashSet<>();
    for (Race race : races) {
      List<Proof> proofs =
          scenarios.stream()
              .filter(scenario -> scenario.races().contains(race.name()))
              .sorted(Comparator.comparing(Scenario::duration).thenComparing(Scenario::name))
              .map(scenario -> Proof.of(scenario, race, wanted))
              .toList();
      proofs.stream()
          .filter(proof -> proof.shows.isPresent())
          .findFirst()
          .or(() -> proofs.stream().filter(proof -> proof.silent.isPresent()).findFirst())
          .ifPresent(proof -> pairs.addAll(proof.pairs()));
    }
    return List.copyOf(pairs);
  }

  private record Proof(Scenario scenario, Optional<String> shows, Optional<String> silent) {
    static Proof of(Scenario scenario, Race race, Set<String> wanted) {
      Optional<String> shows =
          kernels(scenario, race, wanted, Expectation.MUST).stream().max(BY_AGE);
      Set<String> never = kernels(scenario, race, wanted, Expectation.NEVER);
      Optional<String> silent =
          never.stream()
              .filter(kernel -> shows.filter(s -> BY_AGE.compare(kernel, s) <= 0).isEmpty())
              .min(BY_AGE)
              .or(() -> never.stream().max(BY_AGE));
      return new Proof(scenario, shows, silent);
    }

    List<Pair> pairs() {
      List<Pair> pairs = new ArrayList<>();
      shows.ifPresent(kernel -> pairs.add(new Pair(scenario, kernel)));
      silent.ifPresent(kernel -> pairs.add(new Pair(scenario, kernel)));
      return pairs;
    }
  }

  /** The kernels on which the scenario expects so of the race or of a violation that it causes. */
  private static Set<String> kernels(
      Scenario scenario, Race race, Set<String> wanted, Expectation expected) {
    Set<String> kernels = new TreeSet<>(BY_AGE);
    scenario
        .expectations()
        .forEach(
            (what, each) -> {
              if (what.equals(race.name()) || race.violations().contains(what)) {
                each.keySet().stream()
                    .filter(kernel -> each.get(kernel) == expected)
                    .filter(kernel -> wanted.isEmpty() || wanted.contains(kernel))
                    .forEach(kernels::add);
              }
            });
    return kernels;
  }

  private static Set<String> named(Scenario scenario) {
    Set<String> kernels = new TreeSet<>(BY_AGE);
    scenario.expectations().values().forEach(each -> kernels.addAll(each.keySet()));
    return kernels;
  }
}
