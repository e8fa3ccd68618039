package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import diorama.config.BadInput;
import diorama.config.Library;
import diorama.config.Overrides;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.Scenario;
import diorama.config.ScenarioFile;
import diorama.config.Task;
import diorama.trace.TableStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace has everything in it that its machine is made of. */
class TraceHeaderTest {
  private static final String SMALL = "aio-dio-invalidate-failure-small";

  private static final Path HOME = Path.of(System.getProperty("diorama.home", "."));
  private static final Path TRACE = Path.of("some.trace");
  private static final RaceCatalogue RACES = RaceCatalogue.read(new Library(List.of(HOME)));

  @TempDir private Path folder;

  private Library library() {
    return new Library(List.of(folder, HOME));
  }

  private ScenarioFile file(String scenario, String... set) {
    return ScenarioFile.read(
        library().find(Library.Shelf.SCENARIOS, scenario),
        Overrides.parse(List.of(set)),
        library(),
        RACES.names());
  }

  private RunRequest request(String scenario, Profile profile, Engine engine, String... set) {
    ScenarioFile file = file(scenario, set);
    return new RunRequest(
        file.scenario(),
        file.device(),
        List.of(profile),
        file.settings(),
        engine,
        -4_611_686_018_427_387_905L,
        7,
        new RunRequest.Limits(Duration.ofSeconds(1), Optional.empty(), true),
        RACES,
        TableStyle.PLAIN,
        Optional.empty(),
        Optional.empty());
  }

  private static void assertSameMachine(RunRequest request, Profile profile, long number) {
    String text = TraceHeader.of(request, profile, number).write();
    TraceHeader read = TraceHeader.read(text, RACES, TableStyle.PLAIN, TRACE);
    MachinePlan before = new MachinePlan(request, profile);
    MachinePlan after = new MachinePlan(read.request(), read.profile());
    assertThat(read.machine()).isEqualTo(number);
    assertThat(after.spec(number)).isEqualTo(before.spec(number));
    assertThat(after.recorderSize()).isEqualTo(before.recorderSize());
    assertThat(read.request().scenario().tasks()).isEqualTo(request.scenario().tasks());
    assertThat(read.request().scenario().expectations())
        .isEqualTo(request.scenario().expectations());
    assertThat(read.request().engine()).isEqualTo(request.engine());
    assertThat(read.profile().title()).isEqualTo(profile.title());
    assertThat(read.programVersion()).isEqualTo(ProgramVersion.current());
    assertThat(read.write()).isEqualTo(text);
  }

  /** Those that the scenario compares, and for one of them all that there are. */
  private List<Profile> kernelsOf(String name) {
    Scenario scenario =
        ScenarioFile.read(
                library().find(Library.Shelf.SCENARIOS, name),
                Overrides.parse(List.of()),
                library(),
                RACES.names())
            .scenario();
    return new Profiles(library())
        .all().stream()
            .filter(scenario.fileSystem()::isIn)
            .filter(p -> name.equals(SMALL) || scenario.kernels().contains(p.name()))
            .toList();
  }

  @Test
  void rebuildsEveryMachineThatComesWithDiorama() {
    for (String scenario : library().all(Library.Shelf.SCENARIOS).keySet()) {
      for (Profile profile : kernelsOf(scenario)) {
        for (String device : library().all(Library.Shelf.DEVICES).keySet()) {
          RunRequest request =
              request(scenario, profile, Engine.NATURAL, "device=" + device, "machines=3");
          assertSameMachine(request, profile, 1);
          assertSameMachine(request, profile, 123_456);
        }
      }
    }
  }

  @Test
  void rebuildsWhatTheCommandLineChanged() {
    Profile profile = new Profiles(library()).find("linux-2.6.20");
    RunRequest request =
        request(
            "aio-dio-invalidate-failure-small",
            profile,
            Engine.SEEDED,
            "time.scale=0.5",
            "filesystem.commit=1s",
            "latency.wakeup.median=1500ns",
            "kernel.slab.after-free=poisoned",
            "engine.natural.parallelism=3",
            "flight-recorder.rare=1000",
            "tasks.another.program=fio",
            "tasks.another.size=1m",
            "tasks.another.thinktime=70us");
    assertSameMachine(request, profile, 5);
    assertThat(request.scenario().tasks()).extracting(Task::name).contains("another");
  }

  @Test
  void needsNoOtherFileAndKeepsTheOrderOfTheTasks() throws IOException {
    Path kernels = Files.createDirectories(folder.resolve("conf/kernels"));
    Path devices = Files.createDirectories(folder.resolve("conf/devices"));
    Files.writeString(
        kernels.resolve("mine.conf"),
        """
        title = "a \\"kernel\\" of mine"
        base = linux-2.6.21
        revert = [65b8291c]
        source-lines { "fs/aio.c:__aio_put_req" = 777 }
        """);
    Files.copy(HOME.resolve("conf/devices/nvme.conf"), devices.resolve("disk of mine.conf"));
    Path scenario =
        Files.writeString(
            folder.resolve("two tasks.conf"),
            """
            title = t
            kernels = [mine]
            device = "disk of mine"
            tasks {
              zebra { program = fio, size = 32k, rw = write }
              "a.dotted name" { program = fio, size = ${?none}8k, direct = on, ioengine = libaio }
              middle { program = aio-dio-subblock-eof-read }
            }
            expect { panic { never = [mine] } }
            settings { time.scale = 0.25 }
            """);
    Profile profile = new Profiles(library()).find("mine");
    RunRequest request = request(scenario.toString(), profile, Engine.NATURAL);
    Files.delete(scenario);
    Files.delete(kernels.resolve("mine.conf"));
    Files.delete(devices.resolve("disk of mine.conf"));
    assertSameMachine(request, profile, 2);
    assertThat(request.scenario().tasks())
        .extracting(Task::name)
        .containsExactly("zebra", "a.dotted name", "middle");
  }

  @Test
  void saysWhatAnotherProgramsTraceHasThatThisOneDoesNotKnow() {
    Profile profile = new Profiles(library()).find("linux-2.6.21");
    String text =
        TraceHeader.of(
                request("aio-dio-invalidate-failure-small", profile, Engine.NATURAL), profile, 1)
            .write();
    assertRefused(text.replace("65b8291c", "7654321f"), "there is no fix \"7654321f\"");
    assertRefused(text.replace("machine = 1", "machin = 1"), "machin: unknown key");
    assertRefused(text.replace("machine = 1\n", ""), "machine: missing");
    assertRefused("{", "the header of the trace is no HOCON");
  }

  private static void assertRefused(String text, String problem) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> TraceHeader.read(text, RACES, TableStyle.PLAIN, TRACE))
        .withMessageContaining("some.trace")
        .withMessageContaining(problem);
  }
}
