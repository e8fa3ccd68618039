package diorama.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.kernel.KernelSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The files that come with Diorama say what they should. */
class ShippedFilesTest {
  @Test
  void theReferenceHasAValueForEverySettingAndTheyAreTheKernels() {
    assertThat(Settings.defaults().kernel()).isEqualTo(KernelSettings.DEFAULT);
    assertThat(Settings.defaults().flightRecorder())
        .isEqualTo(new Settings.FlightRecorder(1 << 14, 1 << 13));
  }

  @Test
  void everyDeviceIsOne() {
    ProjectFiles.library()
        .all(Library.Shelf.DEVICES)
        .values()
        .forEach(file -> assertThat(Device.read(file).parameters().parallelism()).isPositive());
    assertThat(ProjectFiles.library().all(Library.Shelf.DEVICES)).containsKey("disk-2007");
  }

  @Test
  void theScenarioOfTheSeedHasItsRealParameters() {
    ScenarioFile file = ProjectFiles.scenario("aio-dio-invalidate-failure");
    assertThat(file.scenario().tasks())
        .containsExactly(
            new Task(
                "aio-dio-invalidate-failure",
                "aio-dio-invalidate-failure",
                Map.of("size", String.valueOf(32 << 20))));
    assertThat(file.scenario().fileSystem())
        .isEqualTo(
            new FileSystem(
                FileSystem.Type.EXT3, FileSystem.Data.ORDERED, 4096, 8192, Duration.ofSeconds(5)));
    assertThat(file.device().name()).isEqualTo("disk-2007");
  }

  @Test
  void theOopsMustShowBeforeTheFixAndNeverAfterIt() {
    for (String name :
        new String[] {"aio-dio-invalidate-failure", "aio-dio-invalidate-failure-small"}) {
      Scenario scenario = ProjectFiles.scenario(name).scenario();
      assertThat(scenario.kernels()).containsExactly("linux-2.6.20", "linux-2.6.21");
      assertThat(scenario.expected("linux-2.6.19", "double-aio-complete", ""))
          .isEqualTo(Expectation.MUST);
      assertThat(scenario.expected("linux-2.6.20", "double-aio-complete", "eiocbqueued-clobber"))
          .isEqualTo(Expectation.MUST);
      assertThat(scenario.expected("linux-2.6.21", "double-aio-complete", "eiocbqueued-clobber"))
          .isEqualTo(Expectation.NEVER);
    }
    assertThat(
            ProjectFiles.scenario("aio-dio-invalidate-failure-writeback")
                .scenario()
                .expected("linux-2.6.20", "double-aio-complete", ""))
        .isEqualTo(Expectation.NEVER);
  }

  @Test
  void whatAScenarioDoesNotMentionNeverShows() {
    Scenario scenario = ProjectFiles.scenario("aio-dio-invalidate-failure").scenario();
    assertThat(scenario.expected("linux-2.6.20", "lock-order-cycle", "unknown"))
        .isEqualTo(Expectation.NEVER);
  }

  @Test
  void ofAKernelThatItDoesNotNameAScenarioCannotKnow() {
    Scenario scenario = ProjectFiles.scenario("aio-dio-invalidate-failure").scenario();
    assertThat(scenario.expected("mine", "double-aio-complete", "")).isEqualTo(Expectation.MAY);
  }

  @Test
  void theEngineSeesOnlyWhatWasChanged() {
    Settings settings =
        ProjectFiles.scenario("aio-dio-invalidate-failure", "engine.natural.parallelism=3")
            .settings();
    assertThat(settings.engine().getInt("diorama.engine.natural.parallelism")).isEqualTo(3);
    assertThat(Settings.defaults().engine().hasPath("diorama.engine.natural")).isFalse();
  }

  @Test
  void everySettingOfTheEngineIsKnownHereToo() {
    Config engine =
        ConfigFactory.parseResources("diorama/engine/natural.conf").getConfig("diorama");
    Mistakes mistakes = new Mistakes();
    Settings.SCHEMA.read("", engine.root(), mistakes);
    mistakes.check();
    assertThat(engine.hasPath("engine.natural.parallelism")).isTrue();
  }
}
