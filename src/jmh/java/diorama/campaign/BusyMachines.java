package diorama.campaign;

import com.sun.management.OperatingSystemMXBean;
import diorama.config.Device;
import diorama.config.Library;
import diorama.config.Overrides;
import diorama.config.Profile;
import diorama.config.Profiles;
import diorama.config.ScenarioFile;
import diorama.trace.TableStyle;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Machines that never wait for anything but each other's processor, for benchmarks. */
final class BusyMachines {
  static final int MACHINES = 8;
  static final Duration SPAN = Duration.ofSeconds(4);

  /** A context that waits for a drawn latency costs nothing: here nobody waits for one. */
  private static final List<String> NO_LATENCIES =
      List.of("latency.wakeup.median=0us", "latency.system-call.median=0us");

  private BusyMachines() {}

  /**
   * What machines did.
   *
   * @param deliveries messages that were delivered
   * @param seconds in this time
   * @param cpuSeconds processor time of the whole process meanwhile
   */
  record Work(long deliveries, double seconds, double cpuSeconds) {
    double rate() {
      return deliveries / seconds;
    }

    double cpuNanos() {
      return cpuSeconds * 1e9 / deliveries;
    }
  }

  /**
   * Runs them for a while and then interrupts them, so that traces are kept.
   *
   * @param record the folder for traces, if they are to be recorded
   * @param set changes of the scenario
   */
  static Work run(Optional<Path> record, String... set) {
    Library library = Library.installed();
    RaceCatalogue races = RaceCatalogue.read(library);
    List<String> changes = new ArrayList<>(NO_LATENCIES);
    changes.addAll(List.of(set));
    ScenarioFile file =
        ScenarioFile.read(
            library.find(Library.Shelf.SCENARIOS, "aio-dio-invalidate-failure-small"),
            Overrides.parse(changes),
            library,
            races.names());
    Profile profile = new Profiles(library).find("linux-2.6.21");
    RunRequest request =
        new RunRequest(
            file.scenario(),
            Device.read(library.find(Library.Shelf.DEVICES, "nvme")),
            List.of(profile),
            file.settings(),
            Engine.NATURAL,
            1,
            MACHINES,
            new RunRequest.Limits(SPAN.multipliedBy(2), Optional.empty(), false),
            races,
            TableStyle.PLAIN,
            Optional.empty(),
            record);
    StopSignal stop = new StopSignal();
    CompletableFuture.delayedExecutor(SPAN.toNanos(), TimeUnit.NANOSECONDS).execute(stop::give);
    long before = cpuNanos();
    KernelResult kernel =
        new NaturalCampaign().run(request, ProgressListener.NONE, stop).kernels().get(0);
    return new Work(kernel.deliveries(), kernel.elapsedSeconds(), (cpuNanos() - before) / 1e9);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
