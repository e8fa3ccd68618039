package diorama.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import diorama.Deadline;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher, in a copy of the project with a Java and a build that only say what they were
 * asked.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir private Path temp;
  private Path project;
  private Path javaHome;

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void aBuiltProject() throws IOException {
    project = Files.createDirectories(temp.resolve("a project"));
    javaHome = temp.resolve("a jdk");
    Path launcher = Path.of(System.getProperty("diorama.home", ".")).resolve("diorama");
    Files.copy(launcher, project.resolve("diorama"));
    makeExecutable(project.resolve("diorama"));
    Files.writeString(project.resolve("pom.xml"), "");
    Files.createDirectories(project.resolve("src/main"));
    script(project.resolve("mvnw"), "mkdir -p target; echo built >target/diorama.jar");
    jarIsNewerThanSources();
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "17.0.15", "21.0.2", "25", "25-ea", "100.1"})
  void startsOnJava17AndLater(String version) throws Exception {
    java(version, Says.VERSION_ONLY_WHEN_ASKED);
    assertThat(launch("run", "a scenario").out()).contains("[-jar]", "[run]", "[a scenario]");
    java(version, Says.IN_A_FILE);
    assertThat(launch("run").exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0", "1.8.0_292", "9", "11", "11.0.2", "16.0.1"})
  void refusesAnOlderJavaInOneLine(String version) throws Exception {
    for (Says says : Says.values()) {
      java(version, says);
      Result result = launch("run");
      assertThat(result.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains("needs a JDK 17 or later", version).hasLineCount(1);
    }
  }

  @Test
  void saysSoWhenThereIsNoJava() throws Exception {
    Result result = launch("run");
    assertThat(result.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(result.err()).contains("needs a JDK 17 or later", "JAVA_HOME").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"17.0.15,false", "23,false", "24,true", "25.0.3,true"})
  void leavesOutWhatAnOlderJavaDoesNotKnow(String version, boolean silenced) throws Exception {
    java(version, Says.IN_A_FILE);
    String silence = "[--sun-misc-unsafe-memory-access=allow]";
    assertThat(launch("run").out().contains(silence)).isEqualTo(silenced);
  }

  @Test
  void keepsTheCallersFolderAndFindsItsOwnThroughLinks() throws Exception {
    java("17", Says.IN_A_FILE);
    Path elsewhere = Files.createDirectories(temp.resolve("elsewhere"));
    Files.createSymbolicLink(temp.resolve("link"), Path.of("a project", "diorama"));
    Path second = Files.createSymbolicLink(elsewhere.resolve("second"), Path.of("..", "link"));
    Result result = run(elsewhere, second, "run");
    assertThat(result.out())
        .contains("in " + elsewhere.toRealPath())
        .contains("[-Ddiorama.home=" + project.toRealPath() + "]");
  }

  @Test
  void buildsWhenASourceIsNewerAndOnlyThen() throws Exception {
    java("17", Says.IN_A_FILE);
    assertThat(launch("run").err()).isEmpty();
    Files.writeString(project.resolve("src/main/New.java"), "");
    assertThat(launch("run").err()).contains("building").hasLineCount(1);
    assertThat(launch("run").err()).isEmpty();
  }

  @Test
  void aFailedBuildSaysWhatItSaidAndNothingRuns() throws Exception {
    java("17", Says.IN_A_FILE);
    Files.delete(project.resolve("target/diorama.jar"));
    script(project.resolve("mvnw"), "echo a reason; exit 1");
    Result result = launch("run");
    assertThat(result.exitCode()).isEqualTo(ExitCode.DEFECT);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("first time", "a reason", "build.log");
    assertThat(project.resolve("target/.build-lock")).doesNotExist();
  }

  @Test
  void aLockThatADeadBuildLeftIsTaken() throws Exception {
    java("17", Says.IN_A_FILE);
    Files.delete(project.resolve("target/diorama.jar"));
    Path lock = Files.createDirectories(project.resolve("target/.build-lock"));
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
    assertThat(launch("run").exitCode()).isZero();
    assertThat(lock).doesNotExist();
  }

  private enum Says {
    IN_A_FILE,
    VERSION_ONLY_WHEN_ASKED
  }

  private void java(String version, Says says) throws IOException {
    script(
        javaHome.resolve("bin/java"),
        "if [ \"$1\" = -version ]; then",
        "  echo 'Picked up JAVA_TOOL_OPTIONS: -Dversion=\"1\"' >&2",
        "  echo 'openjdk version \"" + version + "\" 2026-11-21' >&2",
        "else",
        "  echo \"in $(pwd -P)\"",
        "  for arg in \"$@\"; do echo \"[$arg]\"; done",
        "fi");
    script(javaHome.resolve("bin/javac"), "exit 1");
    Path release = javaHome.resolve("release");
    Files.deleteIfExists(release);
    if (says == Says.IN_A_FILE) {
      Files.writeString(release, "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS=\"y\"\n");
    }
  }

  private void jarIsNewerThanSources() throws IOException {
    Path jar = Files.createDirectories(project.resolve("target")).resolve("diorama.jar");
    Files.writeString(jar, "");
    Files.setLastModifiedTime(
        jar,
        java.nio.file.attribute.FileTime.fromMillis(
            Files.getLastModifiedTime(project.resolve("src/main")).toMillis() + 1));
  }

  private Result launch(String... args) throws Exception {
    return run(temp, project.resolve("diorama"), args);
  }

  private Result run(Path folder, Path launcher, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    File out = Files.createTempFile(temp, "out", "").toFile();
    File err = Files.createTempFile(temp, "err", "").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out)
            .redirectError(err);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().remove("DIORAMA_OPTS");
    Process process = builder.start();
    if (!process.waitFor(Deadline.SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher did not end");
    }
    return new Result(
        process.exitValue(),
        Files.readString(out.toPath(), UTF_8),
        Files.readString(err.toPath(), UTF_8));
  }

  private static void script(Path path, String... lines) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    makeExecutable(path);
  }

  private static void makeExecutable(Path path) {
    if (!path.toFile().setExecutable(true)) {
      throw new AssertionError(path + " cannot be made executable");
    }
  }
}
