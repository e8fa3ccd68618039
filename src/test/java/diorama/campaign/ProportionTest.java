package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {
  /** Computed another way: the rate at which the binomial sum of either tail is 2.5 %. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0, 0.3084971",
    "1, 10, 0.0025286, 0.4450161",
    "5, 10, 0.1870860, 0.8129140",
    "10, 10, 0.6915029, 1",
    "1, 100, 0.0002531, 0.0544594",
    "1, 1, 0.025, 1",
    "0, 1, 0, 0.975"
  })
  void theIntervalIsThatOfClopperAndPearson(long count, long trials, double low, double high) {
    Proportion p = Proportion.of(count, trials);
    assertThat(p.low95()).isCloseTo(low, within(1e-6));
    assertThat(p.high95()).isCloseTo(high, within(1e-6));
    assertThat(p.rate()).isEqualTo((double) count / trials);
  }

  @Test
  void sevenIn345AndNoneInAMillion() {
    Proportion p = Proportion.of(7, 345);
    assertThat(p.rate()).isCloseTo(0.0203, within(5e-5));
    assertThat(p.low95()).isCloseTo(0.008195554, within(1e-9));
    assertThat(p.high95()).isCloseTo(0.041356279, within(1e-9));
    assertThat(Proportion.boundWhenAbsent(345)).isCloseTo(0.0087, within(5e-5));
    assertThat(Proportion.boundWhenAbsent(1_204_331)).isCloseTo(2.5e-6, within(5e-8));
  }

  @Test
  void oneInBillionsHasAnIntervalToo() {
    Proportion p = Proportion.of(1, 4_000_000_000L);
    // For rare events the interval is Poisson's: 0.0253 to 5.572 events.
    assertThat(p.low95() * 4e9).isCloseTo(0.02532, within(1e-4));
    assertThat(p.high95() * 4e9).isCloseTo(5.5716, within(1e-3));
  }

  @Test
  void theBoundIsNeverBelowTheExactOne() {
    for (long trials : new long[] {1, 2, 3, 4, 10, 345, 1_000_000}) {
      double exact = 1 - Math.pow(0.05, 1.0 / trials);
      assertThat(Proportion.boundWhenAbsent(trials)).isBetween(exact, 1.0);
    }
    assertThat(Proportion.boundWhenAbsent(0)).isEqualTo(1);
  }

  @Test
  void moreThanAllIsAllAndNothingTriedIsUnknown() {
    assertThat(Proportion.of(5, 3).rate()).isEqualTo(1);
    assertThat(Proportion.of(0, 0)).isEqualTo(new Proportion(0, 0, 1));
  }

  @Test
  void theDistributionIsMonotonicAndItsInverseTurnsItRound() {
    // Not nearer to 1: the distribution is 1 to the last bit there, and has no inverse.
    for (double x : new double[] {0.001, 0.2, 0.5, 0.9}) {
      double p = IncompleteBeta.value(x, 3, 7);
      assertThat(IncompleteBeta.inverse(p, 3, 7)).isCloseTo(x, within(1e-6));
    }
    assertThat(IncompleteBeta.value(0.3, 1, 1)).isCloseTo(0.3, within(1e-12));
    assertThat(IncompleteBeta.value(0.5, 20, 20)).isCloseTo(0.5, within(1e-12));
  }
}
