package diorama.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a person is told who wrote a scenario wrong. */
class ScenarioMistakesTest {
  private static final String GOOD =
      """
      title = t
      kernels = [linux-2.6.20]
      filesystem { commit = 5s }
      tasks {
        a { size = 1m, bs = 4k }
      }
      expect { double-aio-complete { must = [linux-2.6.20] } }
      """;

  @TempDir Path folder;

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("s.conf"), content);
  }

  private static ScenarioFile read(Path file, String... set) {
    return ScenarioFile.read(
        file, Overrides.parse(List.of(set)), ProjectFiles.library(), ProjectFiles.KNOWN);
  }

  private static String complaint(Path file, String... set) {
    BadInput bad = catchThrowableOfType(BadInput.class, () -> read(file, set));
    assertThat(bad).as("a complaint").isNotNull();
    return bad.getMessage();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "bs = 4k",
            "iodpeth = 4",
            ":5: tasks.a.iodpeth: unknown key; did you mean tasks.a.iodepth?"),
        Arguments.of(
            "commit = 5s",
            "comit = 5s",
            ":3: filesystem.comit: unknown key; did you mean filesystem.commit?"),
        Arguments.of(
            "title = t",
            "title = t\nfaults { a { target = eror, start = 1, length = 1 } }",
            ":2: faults.a.target: found \"eror\"; allowed: error; did you mean error?"),
        Arguments.of(
            "title = t",
            "title = t\nfaults { a { start = 1, length = 0 } }",
            ":2: faults.a.length: found 0; allowed: an integer from 1 to 2147483648"),
        Arguments.of(
            "title = t",
            "title = t\nzzzz = 1",
            ":2: zzzz: unknown key; allowed: title, story, races, kernels, filesystem, device, faults, machines, for, ops, tasks, expect, settings"),
        Arguments.of(
            "bs = 4k",
            "bs = 4 parsecs",
            ":5: tasks.a.bs: found \"4 parsecs\"; allowed: a size from 1 B to 1 GiB, for example 4k or 32MiB"),
        Arguments.of(
            "commit = 5s",
            "commit = 5",
            ":3: filesystem.commit: found 5; allowed: a time with its unit (ns, us, ms, s, m, h, d) from 1 s to 1 h"),
        Arguments.of(
            "commit = 5s",
            "commit = 9h",
            ":3: filesystem.commit: found \"9h\"; allowed: a time with its unit (ns, us, ms, s, m, h, d) from 1 s to 1 h"),
        Arguments.of(
            "commit = 5s",
            "data = orderd",
            ":3: filesystem.data: found \"orderd\"; allowed: ordered, writeback or journal; did you mean ordered?"),
        Arguments.of(
            "bs = 4k",
            "iodepth = many",
            ":5: tasks.a.iodepth: found \"many\"; allowed: an integer from 1 to 65536"),
        Arguments.of(
            "bs = 4k",
            "iodepth = 1.5",
            ":5: tasks.a.iodepth: found 1.5; allowed: an integer from 1 to 65536"),
        Arguments.of(
            "bs = 4k",
            "iodepth = null",
            ":5: tasks.a.iodepth: found null; allowed: an integer from 1 to 65536"),
        Arguments.of(
            "bs = 4k",
            "direct = maybe",
            ":5: tasks.a.direct: found \"maybe\"; allowed: true or false"),
        Arguments.of(
            "bs = 4k", "program = foi", ":5: tasks.a.program: found \"foi\"; allowed: fio,"),
        Arguments.of(
            "bs = 4k",
            "bs = 2m",
            ":5: tasks.a.size: 1048576 is less than one request of bs = 2097152"),
        Arguments.of(
            "size = 1m, bs = 4k",
            "program = script, script = \"fsync(fd);\"",
            ":5: tasks.a.script: line 1: found fd; allowed: nothing, as no call before this returned one"),
        Arguments.of(
            "size = 1m, bs = 4k",
            "program = script",
            ":5: tasks.a.script: missing; allowed: system calls"),
        Arguments.of("size = 1m, ", "", ":5: tasks.a.size: missing; allowed: a size from 1 B"),
        Arguments.of("title = t", "", ":1: title: missing; allowed: text"),
        Arguments.of(
            "filesystem { commit = 5s }",
            "filesystem = ext3",
            ":3: filesystem: found \"ext3\"; allowed: a section with type, data, block-size, journal-blocks, commit"),
        Arguments.of(
            "kernels = [linux-2.6.20]",
            "kernels = linux-2.6.20",
            ":2: kernels: found \"linux-2.6.20\"; allowed: a list in [ ], each text"),
        Arguments.of(
            "kernels = [linux-2.6.20]",
            "kernels = [linux-2.6.22]",
            ":2: kernels: there is no kernel \"linux-2.6.22\"; did you mean linux-2.6."),
        Arguments.of(
            "double-aio-complete",
            "double-aio-complet",
            ":7: expect: there is no violation or race \"double-aio-complet\"; did you mean double-aio-complete?"),
        Arguments.of(
            "must = [linux-2.6.20]",
            "must = [linux-2.6.20], never = [linux-2.6.20]",
            ":7: expect.double-aio-complete.never: linux-2.6.20 is named twice"),
        Arguments.of(
            "title = t",
            "title = t\ndevice = disk-2008",
            ":2: device: there is no device named \"disk-2008\"; did you mean disk-2007?"),
        Arguments.of(
            "title = t",
            "title = t\nsettings { time.scale = 0 }",
            ":2: settings.time.scale: found 0; allowed: a number from 0.0001 to 100"),
        Arguments.of("title = t", "title = t }", ":1: syntax error: "),
        Arguments.of("title = t", "title = ${nowhere}", ":1: syntax error: "));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsToldWithFileLineKeyAndWhatIsAllowed(String right, String wrong, String told)
      throws IOException {
    Path file = write(GOOD.replace(right, wrong));
    assertThat(complaint(file)).contains(file + told).hasLineCount(1);
  }

  @Test
  void theScenarioWithoutMistakesIsRead() throws IOException {
    assertThat(read(write(GOOD)).scenario().tasks()).hasSize(1);
  }

  @Test
  void allMistakesAreToldAtOnce() throws IOException {
    Path file = write(GOOD.replace("bs = 4k", "bss = 4k").replace("5s", "5"));
    assertThat(complaint(file, "time.sclae=1", "machines=0"))
        .contains("tasks.a.bss", "filesystem.commit", "time.scale", "machines")
        .hasLineCount(4);
  }

  @Test
  void overridesAreCheckedAsIfTheyStoodInTheFile() throws IOException {
    Path file = write(GOOD);
    assertThat(complaint(file, "time.sclae=1"))
        .isEqualTo("--set time.sclae=1: unknown key; did you mean time.scale?");
    assertThat(complaint(file, "tasks.a.iodpeth=1"))
        .isEqualTo("--set tasks.a.iodpeth=1: unknown key; did you mean tasks.a.iodepth?");
    assertThat(complaint(file, "scale=1"))
        .isEqualTo("--set scale=1: unknown key; did you mean time.scale?");
    assertThat(complaint(file, "kernel.slab.after-free=poisened"))
        .isEqualTo(
            "--set kernel.slab.after-free=poisened: found \"poisened\"; allowed: intact, reused or"
                + " poisoned; did you mean poisoned?");
    assertThat(complaint(file, "time.scale"))
        .isEqualTo("--set time.scale: allowed: path=value, for example time.scale=1");
    assertThat(complaint(file, "a..b=1"))
        .isEqualTo("--set a..b=1: the path before = cannot be read");
  }

  @Test
  void overridesChangeScenarioAndSettings() throws IOException {
    ScenarioFile file =
        read(
            write(GOOD.replace("title = t", "title = t\nsettings.time.scale = 0.5")),
            "filesystem.commit=1s",
            "tasks.a.filename=x:y".replace(":", "-"),
            "kernel.slab.after-free=poisoned");
    assertThat(file.scenario().fileSystem().commit()).hasSeconds(1);
    assertThat(file.scenario().tasks().get(0).options()).containsEntry("filename", "x-y");
    assertThat(file.settings().kernel().timeScale()).isEqualTo(0.5);
    assertThat(file.settings().kernel().afterFree())
        .isEqualTo(diorama.kernel.sched.KmemCache.AfterFree.POISONED);
    assertThat(read(file.scenario().file(), "time.scale=1").settings().kernel().timeScale())
        .as("the command line wins")
        .isEqualTo(1);
  }

  @Test
  void aMissingFileAFolderAndADeepFileAreTold() throws IOException {
    assertThat(complaint(folder.resolve("none.conf"))).endsWith("none.conf: there is no such file");
    assertThat(complaint(folder)).endsWith(": found a folder or a device; allowed: a file");
    assertThat(complaint(write("a = " + "[".repeat(200_000)))).contains("s.conf");
  }

  @Test
  void aTaskSpeaksToItsProgramWithoutUnits() throws IOException {
    Path file =
        write(
            GOOD.replace(
                "bs = 4k", "bs = 4KiB, direct = on, thinktime = 1500us, runtime = 2s, rw = rw"));
    assertThat(read(file).scenario().tasks().get(0).options())
        .containsEntry("size", "1048576")
        .containsEntry("bs", "4096")
        .containsEntry("direct", "1")
        .containsEntry("thinktime", "1500us")
        .containsEntry("runtime", "2000000us")
        .containsEntry("rw", "rw")
        .doesNotContainKey("program");
  }

  @Test
  void tasksKeepTheOrderInWhichTheyAreWritten() throws IOException {
    Path file = write(GOOD.replace("  a {", "  z { size = 4k }\n  m { size = 4k }\n  a {"));
    assertThat(read(file).scenario().tasks()).extracting(Task::name).containsExactly("z", "m", "a");
  }
}
