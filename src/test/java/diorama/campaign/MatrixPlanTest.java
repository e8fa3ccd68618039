package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.config.ProjectFiles;
import diorama.config.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixPlanTest {
  private static final String OLD = "linux-2.6.19";
  private static final String OOPS = "linux-2.6.20";
  private static final String FIXED = "linux-2.6.21";

  @TempDir private Path folder;
  private ScenarioFolder files;
  private final RaceCatalogue races = RaceCatalogue.read(ProjectFiles.library());

  @BeforeEach
  void folder() {
    files = new ScenarioFolder(folder);
  }

  private Scenario full(String time, String name) {
    return files
        .lasting(
            time,
            name,
            "double-aio-complete { must = [linux-2.6.20, linux-2.6.19], never = [linux-2.6.21] }",
            "io-error-event { may = [linux-2.6.20] }")
        .scenario();
  }

  private Scenario silent(String name) {
    return files
        .scenario(name, "io-error-event { never = [linux-2.6.21, linux-2.6.20] }")
        .scenario();
  }

  private List<String> quick(Set<String> wanted, Scenario... scenarios) {
    return named(MatrixPlan.quick(List.of(scenarios), races.all(), wanted));
  }

  private static List<String> named(List<MatrixPlan.Pair> pairs) {
    return pairs.stream().map(p -> p.scenario().name() + " " + p.kernel()).toList();
  }

  @Test
  void everyScenarioRunsOnTheKernelsThatItExpectsSomethingOfTheOldestFirst() {
    assertThat(named(MatrixPlan.all(List.of(full("5s", "a"), silent("b")), Set.of())))
        .containsExactly(
            "a linux-2.6.19",
            "a linux-2.6.20",
            "a linux-2.6.21",
            "b linux-2.6.20",
            "b linux-2.6.21");
  }

  @Test
  void whoAsksForAKernelGetsTheScenariosThatNameIt() {
    assertThat(named(MatrixPlan.all(List.of(full("5s", "a"), silent("b")), Set.of(OLD))))
        .containsExactly("a linux-2.6.19");
  }

  @Test
  void aKernelThatNoScenarioNamesRunsWithAll() {
    assertThat(named(MatrixPlan.all(List.of(full("5s", "a"), silent("b")), Set.of("mine", FIXED))))
        .containsExactly("a linux-2.6.21", "a mine", "b linux-2.6.21", "b mine");
  }

  @Test
  void quicklyAKernelThatOnlyAnOlderOneWithAFixIsSilentOnIsComparedWithThat() {
    Scenario late =
        files
            .scenario(
                "late", "double-aio-complete { must = [linux-2.6.21], never = [linux-2.6.20] }")
            .scenario();
    assertThat(quick(Set.of(), late)).containsExactly("late linux-2.6.21", "late linux-2.6.20");
  }

  @Test
  void quicklyTheNewestThatMustAndTheOldestAfterItThatNeverShowsAreCompared() {
    assertThat(quick(Set.of(), full("5s", "a")))
        .containsExactly("a linux-2.6.20", "a linux-2.6.21");
  }

  @Test
  void quicklyTheShortestScenarioIsTakenAndOfThoseTheFirst() {
    assertThat(quick(Set.of(), full("20s", "a"), full("5s", "c"), full("5s", "b")))
        .containsExactly("b linux-2.6.20", "b linux-2.6.21");
  }

  @Test
  void aRaceThatMustShowNowhereIsRunWhereItNeverShows() {
    assertThat(quick(Set.of(), full("20s", "a"), silent("b")))
        .containsExactly("a linux-2.6.20", "a linux-2.6.21", "b linux-2.6.20");
  }

  @Test
  void quicklyOnOneKernelOnlyComparesNothing() {
    assertThat(quick(Set.of(FIXED), full("5s", "a"))).containsExactly("a linux-2.6.21");
    assertThat(quick(Set.of(OOPS), full("5s", "a"))).containsExactly("a linux-2.6.20");
    assertThat(quick(Set.of("mine"), full("5s", "a"))).isEmpty();
  }
}
