package diorama.campaign;

import diorama.campaign.BusyMachines.Work;
import diorama.engine.record.TraceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Deliveries a second of machines that are recorded, against the same machines that are not, one
 * after the other in each invocation; the second of a pair is the first of the next.
 *
 * <p>The figures of interest are the ratios that are printed at the end. That of processor time
 * bears it better when somebody else uses the processors.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 8)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseParallelGC", "-Xmn64m", "-Xmx2g"})
public class RecordingBenchmark {
  /** Without a journal of data nothing is violated, so that recordings last. */
  private static final String NO_VIOLATIONS = "filesystem.data=writeback";

  private final List<Double> rates = new ArrayList<>();
  private final List<Double> costs = new ArrayList<>();
  private boolean plainFirst;

  /** Machines for four seconds with traces, and without, in turns. */
  @Benchmark
  public double recordedAgainstUnrecorded() throws IOException {
    plainFirst = !plainFirst;
    Work before = plainFirst ? plain() : null;
    Path folder = Files.createTempDirectory("diorama-traces");
    Work recorded = BusyMachines.run(Optional.of(folder), NO_VIOLATIONS);
    Work plain = before == null ? plain() : before;
    rates.add(recorded.rate() / plain.rate());
    costs.add(recorded.cpuNanos() / plain.cpuNanos());
    System.out.printf(
        "%nrecorded %,.0f deliveries/s and %.0f ns of processors each, unrecorded %,.0f/s and %.0f"
            + " ns; %s%n",
        recorded.rate(),
        recorded.cpuNanos(),
        plain.rate(),
        plain.cpuNanos(),
        written(folder, recorded));
    return recorded.rate() / plain.rate();
  }

  private static Work plain() {
    return BusyMachines.run(Optional.empty(), NO_VIOLATIONS);
  }

  private static String written(Path folder, Work work) throws IOException {
    long deliveries = 0;
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        deliveries += TraceReader.open(file).deliveries();
        bytes += Files.size(file);
        Files.delete(file);
      }
    }
    Files.delete(folder);
    return "%.1f %% of the deliveries in traces, %.2f bytes each"
        .formatted(100.0 * deliveries / work.deliveries(), (double) bytes / deliveries);
  }

  /** Prints the medians of the ratios. */
  @TearDown
  public void printRatios() {
    if (!rates.isEmpty()) {
      System.out.printf(
          "%nmedian ratios: throughput %.3f, processor time of a delivery %.3f%n",
          median(rates), median(costs));
    }
  }

  private static double median(List<Double> numbers) {
    numbers.sort(Double::compare);
    return numbers.get(numbers.size() / 2);
  }
}
