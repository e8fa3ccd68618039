package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.config.Expectation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a machine leaves behind, by reads that reach over the end of the file.
 *
 * <p>Such a read waits for its own bios. Without 5eb6c7a2 the interrupt looks for a waiter and then
 * drops its reference, so that a reader who begins to wait in between is never woken, keeps what it
 * holds, and cannot be killed. All seeds are fixed: what happens here happens every time.
 *
 * <p>With time.scale = 1 nobody has complained about the hung task by the time that a machine has
 * to be at rest; then this check alone tells of it.
 */
class NotAtRestTest {
  private static final int MACHINES = 4;

  private static final String SCENARIO =
      """
      title = "reads that reach over the end of the file"
      kernels = [linux-2.6.20]
      filesystem { type = ext3, data = ordered, commit = 5s }
      device = nvme
      machines = 1
      for = 1s
      tasks {
        reads {
          program = script
          repeat = true
          script = \"\"\"
            process 1:
              fd = open("file", O_RDWR | O_CREAT);
              pwrite(fd, 4k, 0);
              fsync(fd);
              direct = open("file", O_RDWR | O_DIRECT);
              ctx = io_setup(1);
              %s
          \"\"\"
        }
      }
      expect { not-at-rest { never = [linux-2.6.20, linux-2.6.21] } }
      """
          .formatted("io_submit(ctx, pread(direct, 8k, 0)); io_getevents(ctx, 1, 1);\n".repeat(20));

  @TempDir private Path folder;

  private KernelResult run(String kernel) throws IOException {
    Path scenario = Files.writeString(folder.resolve("reads.conf"), SCENARIO);
    RunRequest request =
        Runs.of(scenario.toString())
            .set("time.scale=1")
            .set("engine.seeded.preemption.every=20")
            .set("engine.seeded.preemption.away=50us")
            .machines(MACHINES)
            .request(
                Engine.SEEDED,
                kernel,
                SeededRuns.SEED,
                new RunRequest.Limits(Duration.ofMillis(200), Optional.empty(), false));
    return new SeededCampaign(2)
        .run(request, ProgressListener.NONE, new StopSignal())
        .kernels()
        .get(0);
  }

  @Test
  void aReaderThatIsNeverWokenKeepsItsMachineFromComingToRest() throws IOException {
    Path profile =
        Files.writeString(
            folder.resolve("between.conf"),
            """
            title = "2.6.20 before the last of its changes to direct I/O"
            base = linux-2.6.20
            revert = [5eb6c7a2]
            """);
    KernelResult result = run(profile.toString());

    assertThat(result.violations()).extracting(ViolationResult::id).containsExactly("not-at-rest");
    ViolationResult seen = result.violations().get(0);
    assertThat(seen.count()).isPositive();
    assertThat(seen.opportunities()).isEqualTo(MACHINES);
    assertThat(seen.firstSeconds()).isEqualTo(result.elapsedSeconds());
    assertThat(seen.explanation().get(0)).isEqualTo("not-at-rest");
    assertThat(seen.explanation().subList(1, seen.explanation().size()))
        .hasSize((int) seen.count())
        .allSatisfy(
            reason ->
                assertThat(reason)
                    .matches("machine \\d: .*")
                    .contains(
                        "processes [script/", "1 struct dio", "i_mutex, i_rwsem, i_alloc_sem or"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-2.6.20", "linux-2.6.21"})
  void theSameReadersLeaveNothingBehindWhenTheyAreAlwaysWoken(String kernel) throws IOException {
    KernelResult result = run(kernel);
    assertThat(result.violations()).isEmpty();
    assertThat(result.absent())
        .containsExactly(new Absent("not-at-rest", MACHINES, 3.0 / MACHINES, Expectation.NEVER));
    assertThat(result.operations().get("aio-dio-read")).isGreaterThan(1_000);
  }
}
