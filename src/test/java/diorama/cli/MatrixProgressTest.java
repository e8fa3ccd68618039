package diorama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.campaign.ProgressListener.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MatrixProgressTest {
  private final StringWriter err = new StringWriter();

  private void threeLooksAtEachOfTwoRuns(boolean terminal) {
    MatrixProgress progress =
        new MatrixProgress(new Console(new PrintWriter(err), new PrintWriter(err), terminal), 2);
    for (String run : new String[] {"s  linux-2.6.20", "s  linux-2.6.21"}) {
      for (int second = 1; second <= 3; second++) {
        progress.progress(
            new Progress(
                run,
                Duration.ofSeconds(second),
                Optional.empty(),
                Duration.ofSeconds(10),
                1,
                1,
                Map.of()));
      }
    }
  }

  @Test
  void whereLinesStayEachRunIsAnnouncedOnce() {
    threeLooksAtEachOfTwoRuns(false);
    assertThat(err.toString().lines())
        .containsExactly("run 1 of 2: s  linux-2.6.20", "run 2 of 2: s  linux-2.6.21");
  }

  @Test
  void onATerminalOneLineIsWrittenAgain() {
    threeLooksAtEachOfTwoRuns(true);
    assertThat(err.toString()).contains("s  linux-2.6.21  3 of 10 s").doesNotContain("\n");
  }
}
