package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.config.Scenario;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run looks for, and when that ends it. */
class SoughtTest {
  @TempDir private Path folder;
  private ScenarioFolder files;

  @BeforeEach
  void folder() {
    files = new ScenarioFolder(folder);
  }

  private Scenario scenario(String... expect) {
    return files.scenario("s", expect).scenario();
  }

  @Test
  void isAllThatMustBeSeenOnTheKernel() {
    Scenario scenario =
        scenario(
            "double-aio-complete { must = [linux-2.6.20, linux-2.6.21] }",
            "io-error-event { must = [linux-2.6.20] }",
            "oops { never = [linux-2.6.21] }");
    assertThat(Sought.on(scenario, "linux-2.6.20"))
        .isEqualTo(new Sought(Set.of("double-aio-complete", "io-error-event"), true, 0));
    assertThat(Sought.on(scenario, "linux-2.6.19")).isEqualTo(Sought.NOTHING);
  }

  @Test
  void endsNoRunInWhichSomethingMustNeverBeSeen() {
    Scenario scenario =
        scenario(
            "double-aio-complete { must = [linux-2.6.20] }", "oops { never = [linux-2.6.20] }");
    Sought sought = Sought.on(scenario, "linux-2.6.20");
    assertThat(sought.over(Set.of())).isFalse();
    assertThat(Sought.until(sought.names()).over(Set.of())).isTrue();
  }

  @Test
  void isTriedAsOftenAsTheRarestNeeds() {
    Scenario scenario =
        scenario(
            "double-aio-complete { must = [linux-2.6.20], rate = 0.5 }",
            "io-error-event { must = [linux-2.6.20], rate = 1e-3 }");
    Sought sought = Sought.on(scenario, "linux-2.6.20");
    assertThat(sought.attempts()).as("0.999^n <= 1e-6").isEqualTo(13_809);
    assertThat(sought.goesOn(Set.of("io-error-event"), 13_808)).isTrue();
    assertThat(sought.goesOn(Set.of("io-error-event"), 13_809)).isFalse();
    assertThat(sought.goesOn(Set.of(), 0)).isFalse();
  }

  @Test
  void isTriedForAsLongAsTheRunTakesIfNothingIsSaidOfOneOfThem() {
    Scenario scenario =
        scenario(
            "double-aio-complete { must = [linux-2.6.20], rate = 0.5 }",
            "io-error-event { must = [linux-2.6.20] }");
    assertThat(Sought.on(scenario, "linux-2.6.20").attempts()).isZero();
  }

  @Test
  void whatAlwaysShowsIsTriedOnce() {
    assertThat(Sought.attempts(1)).isEqualTo(1);
  }
}
