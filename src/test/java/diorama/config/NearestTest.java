package diorama.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> KEYS =
      List.of("scale", "iodepth", "bs", "size", "linux-2.6.20", "linux-2.6.21");

  @ParameterizedTest
  @CsvSource({
    "sclae, scale",
    "iodpeth, iodepth",
    "IODEPTH, iodepth",
    "io_depth, iodepth",
    "linux-2.6.2, linux-2.6.20",
    "bss, bs"
  })
  void aSlipOfTheFingerFindsWhatWasMeant(String written, String meant) {
    assertThat(Nearest.to(written, KEYS)).contains(meant);
  }

  @Test
  void whatIsFarFromEverythingFindsNothing() {
    assertThat(Nearest.to("zzzzzz", KEYS)).isEmpty();
    assertThat(Nearest.hint("zzzzzz", List.of("a", "b"))).isEqualTo("allowed: a, b");
  }

  @Test
  void swappedNeighboursAreOneSlip() {
    assertThat(Nearest.slips("sclae", "scale")).isEqualTo(1);
    assertThat(Nearest.slips("", "abc")).isEqualTo(3);
    assertThat(Nearest.slips("kitten", "sitting")).isEqualTo(3);
  }
}
