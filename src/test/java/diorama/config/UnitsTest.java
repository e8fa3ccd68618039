package diorama.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "4k, 4096",
    "4K, 4096",
    "4KiB, 4096",
    "4kB, 4000",
    "32m, 33554432",
    "32MiB, 33554432",
    "1.5 MiB, 1572864",
    "1g, 1073741824",
    "1TB, 1000000000000"
  })
  void sizesTakeTheUnitsOfFioAndOfHocon(String text, long bytes) {
    assertThat(Units.bytes(text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1", "4 parsecs", "4mB", "99999999999999999999", "1e9"})
  void whatIsNoSizeIsNone(String text) {
    assertThat(Units.bytes(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "5s, 5000000000",
    "500us, 500000",
    "1.5 ms, 1500000",
    "2m, 120000000000",
    "8h, 28800000000000",
    "0, 0",
    "7ns, 7"
  })
  void timesTakeTheirUnit(String text, long nanos) {
    assertThat(Units.time(text)).contains(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "s", "5 seconds", "-5s", "99999999999d"})
  void aTimeWithoutUnitIsNone(String text) {
    assertThat(Units.time(text)).isEmpty();
  }

  @Test
  void whatIsShownIsTheLargestUnitThatNeedsNoFraction() {
    assertThat(Units.show(33_554_432L)).isEqualTo("32 MiB");
    assertThat(Units.show(513L)).isEqualTo("513 B");
    assertThat(Units.show(Duration.ofMillis(1500))).isEqualTo("1500 ms");
    assertThat(Units.show(Duration.ofDays(365))).isEqualTo("365 d");
    assertThat(Units.show(Duration.ZERO)).isEqualTo("0 s");
    assertThat(Units.show(0.0001)).isEqualTo("0.0001");
  }
}
