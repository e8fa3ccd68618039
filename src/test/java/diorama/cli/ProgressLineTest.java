package diorama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.campaign.ProgressListener.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Console console(boolean terminal) {
    return new Console(new PrintWriter(out), new PrintWriter(err), terminal);
  }

  private static Progress after(long seconds) {
    return new Progress(
        "linux-2.6.20",
        Duration.ofSeconds(seconds),
        Optional.empty(),
        Duration.ofSeconds(30),
        100 * seconds,
        1_000_000 * seconds,
        Map.of("double-aio-complete", 3L));
  }

  @Test
  void aLineTellsRatesAndViolations() {
    assertThat(ProgressLine.line(after(2)))
        .isEqualTo(
            "linux-2.6.20  2 of 30 s  100 operations/s  1,000,000 deliveries/s  double-aio-complete"
                + " 3");
  }

  @Test
  void onATerminalOneLineIsWrittenAgainAndGivesWay() {
    Console console = console(true);
    ProgressLine line = new ProgressLine(console, true);
    line.progress(after(1));
    line.progress(after(2));
    line.violation("linux-2.6.20", "double-aio-complete", List.of("kernel BUG"));
    assertThat(err.toString()).doesNotContain("\n").endsWith("\r\u001b[K");
    assertThat(out.toString()).startsWith("kernel BUG");
    assertThat(line.explained("linux-2.6.20", "double-aio-complete")).isTrue();
    assertThat(line.explained("linux-2.6.21", "double-aio-complete")).isFalse();
  }

  @Test
  void elsewhereALineComesNowAndThen() {
    ProgressLine line = new ProgressLine(console(false), true);
    for (int second = 0; second <= 25; second++) {
      line.progress(after(second));
    }
    assertThat(err.toString()).hasLineCount(2).doesNotContain("\u001b");
  }

  @Test
  void nothingIsExplainedWhereOnlyJsonMayStand() {
    ProgressLine line = new ProgressLine(console(false), false);
    line.violation("k", "v", List.of("kernel BUG"));
    assertThat(out.toString()).isEmpty();
  }
}
