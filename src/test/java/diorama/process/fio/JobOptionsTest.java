package diorama.process.fio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import diorama.process.BadOption;
import diorama.process.Programs;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOptionsTest {
  @Test
  void defaultsAreFios() {
    JobOptions job = JobOptions.of("job", Map.of("size", "1m"));

    assertThat(job.rw()).isEqualTo(Pattern.READ);
    assertThat(job.bs()).isEqualTo(4096);
    assertThat(job.size()).isEqualTo(1 << 20);
    assertThat(job.direct()).isFalse();
    assertThat(job.ioengine()).isEqualTo(JobOptions.Engine.PSYNC);
    assertThat(job.iodepth()).isEqualTo(1);
    assertThat(job.numjobs()).isEqualTo(1);
    assertThat(job.loops()).isEqualTo(1);
    assertThat(job.rwmixread()).isEqualTo(50);
    assertThat(job.randseed()).isEqualTo(0x89);
    assertThat(job.file(2)).isEqualTo("job.2.0");
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "0x1000, 4096",
    "4k, 4096",
    "4K, 4096",
    "4kb, 4096",
    "4ki, 4000",
    "1m, 1048576"
  })
  void sizesAreInFiosNotation(String text, long bytes) {
    assertThat(JobOptions.of("job", Map.of("size", "1m", "bs", text)).bs()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"2, 2000", "500ms, 500", "1.5s, 1500", "2m, 120000"})
  void timesAreSecondsUnlessTheySayOtherwise(String text, long millis) {
    assertThat(JobOptions.of("job", Map.of("size", "1m", "runtime", text)).runtime())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "bz, 4k, did you mean 'bs'?",
    "iodpeth, 4, did you mean 'iodepth'?",
    "rw, radnwrite, did you mean 'randwrite'?",
    "bs, 4q, is not a number such as 4096",
    "bs, 2m, size",
    "iodepth, 0, is not from 1 to",
    "direct, maybe, is not 0 or 1",
    "runtime, soon, is not a time",
    "size, 99999999999999999999, is too large",
    "time_based, 1, needs a runtime",
    "rwmixread, 101, is not from 0 to 100"
  })
  void whatCannotBeIsNamed(String key, String value, String complaint) {
    Map<String, String> options = new java.util.LinkedHashMap<>(Map.of("size", "1m"));
    options.put(key, value);

    assertThatThrownBy(() -> JobOptions.of("job", options))
        .isInstanceOf(BadOption.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void aSizeMustBeGiven() {
    assertThatThrownBy(() -> JobOptions.of("job", Map.of()))
        .isInstanceOfSatisfying(BadOption.class, e -> assertThat(e.key()).isEqualTo("size"));
  }

  @Test
  void anUnknownProgramIsAnsweredWithTheNearestOne() {
    assertThatThrownBy(() -> Programs.of("foi", "job", Map.of()))
        .hasMessageContaining("did you mean 'fio'?");
    assertThat(Programs.names()).contains("fio", "aio-dio-invalidate-failure");
  }
}
