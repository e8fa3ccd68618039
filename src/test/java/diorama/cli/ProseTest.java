package diorama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProseTest {
  @Test
  void ratesHaveTwoDigits() {
    assertThat(Prose.rate(2.491e-6)).isEqualTo("2.5e-6");
    assertThat(Prose.rate(0.0203)).isEqualTo("0.020");
    assertThat(Prose.rate(1)).isEqualTo("1");
    assertThat(Prose.rate(0)).isEqualTo("0");
    assertThat(Prose.rate(3e-12)).isEqualTo("3.0e-12");
  }

  @Test
  void countsAreGroupedAndAgreeWithTheirNoun() {
    assertThat(Prose.count(1_204_331, "opportunity")).isEqualTo("1,204,331 opportunities");
    assertThat(Prose.count(1, "opportunity")).isEqualTo("1 opportunity");
    assertThat(Prose.count(2, "machine")).isEqualTo("2 machines");
  }

  @Test
  void linesEndBeforeTheWidth() {
    assertThat(Prose.wrap("  one two\n three  four ", 12, "  "))
        .containsExactly("  one two", "  three four");
  }
}
