package diorama.campaign;

import diorama.check.History;
import diorama.check.Violation;
import diorama.config.Fault;
import diorama.config.FileSystem;
import diorama.config.Profile;
import diorama.config.Task;
import diorama.kernel.KernelProfile;
import diorama.kernel.KernelSettings;
import diorama.kernel.Machine;
import diorama.kernel.block.DeviceFaults;
import diorama.kernel.block.ErrorTarget;
import diorama.kernel.fs.MountedFileSystem;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.fs.ext3.Ext3Options;
import diorama.kernel.fs.ext4.Ext4Options;
import diorama.kernel.fs.xfs.XfsOptions;
import diorama.kernel.sched.Chance;
import diorama.process.Environment;
import diorama.process.Executable;
import diorama.process.Program;
import diorama.process.ProgramLog;
import diorama.process.Programs;
import diorama.process.Stamps;
import diorama.trace.Explanation;
import diorama.trace.FlightRecorder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What every machine of one kernel's run is made of. Immutable. */
final class MachinePlan {
  private final RunRequest request;
  private final Profile profile;

  /** What the tasks run, by their names, in the order in which they start. */
  private final Map<String, Executable> executables;

  MachinePlan(RunRequest request, Profile profile) {
    this.request = request;
    this.profile = profile;
    this.executables = new LinkedHashMap<>();
    for (Task task : request.scenario().tasks()) {
      executables.put(task.name(), Programs.of(task.program(), task.name(), task.options()));
    }
  }

  RunRequest request() {
    return request;
  }

  Profile profile() {
    return profile;
  }

  /** The parts of one machine; each has a seed of its own, drawn from the run's. */
  Machine.Spec spec(long number) {
    return new Machine.Spec(
        profile.kernel(),
        request.settings().kernel(),
        request.device().parameters(),
        options(request.scenario().fileSystem()),
        files(),
        faults(request.scenario().faults()),
        seed(number));
  }

  private static DeviceFaults faults(List<Fault> faults) {
    DeviceFaults all = DeviceFaults.NONE;
    for (Fault fault : faults) {
      all =
          switch (fault.target()) {
            case ERROR -> all.and(new ErrorTarget(fault.start(), fault.length()));
          };
    }
    return all;
  }

  /** The longest time after which the kernel does something by itself. */
  Duration longestInterval() {
    KernelSettings kernel = request.settings().kernel();
    Duration commit = request.scenario().fileSystem().commit();
    Duration longest =
        Stream.of(kernel.dirtyExpire(), kernel.dirtyWriteback(), commit)
            .reduce(Duration.ZERO, Duration::plus);
    return Duration.ofNanos((long) (longest.toNanos() * kernel.timeScale()));
  }

  /** Whether transfers fail on their own. */
  boolean devicesFail() {
    return !request.scenario().faults().isEmpty();
  }

  /** The seed of everything that is drawn in one machine. */
  long seed(long number) {
    return new Chance(request.seed()).stream(profile.name() + " machine " + number).nextLong();
  }

  private static MountedFileSystem.Options options(FileSystem fs) {
    DataMode mode =
        switch (fs.data()) {
          case ORDERED -> DataMode.ORDERED;
          case WRITEBACK -> DataMode.WRITEBACK;
          case JOURNAL -> DataMode.JOURNAL;
        };
    boolean barrier = Ext3Options.DEFAULTS.barrier();
    long blocks = Ext3Options.DEFAULTS.deviceBlocks() * (4096 / fs.blockSize());
    return switch (fs.type()) {
      case XFS -> new XfsOptions(fs.blockSize(), blocks);
      case EXT3 ->
          new Ext3Options(mode, fs.commit(), barrier, fs.blockSize(), fs.journalBlocks(), blocks);
      case EXT4 ->
          new Ext4Options(mode, fs.commit(), barrier, fs.blockSize(), fs.journalBlocks(), blocks);
    };
  }

  /** The files that the tasks work on, each once. */
  private List<String> files() {
    TreeSet<String> names = new TreeSet<>();
    executables.values().forEach(executable -> names.addAll(executable.files()));
    return List.copyOf(names);
  }

  /** The programs of one machine by the name of their task. */
  Map<String, Program> programs(long number, ProgramLog log) {
    Chance chance = new Chance(seed(number)).stream("programs");
    Map<String, Program> programs = new LinkedHashMap<>();
    executables.forEach(
        (task, executable) -> {
          Stamps stamps = new Stamps(programs.size() + 1);
          programs.put(task, executable.exec().apply(new Environment(log, stamps, chance::stream)));
        });
    return programs;
  }

  /** Explains what a machine has violated, with the fixes that its kernel lacks. */
  Explanation explain(Violation violation, History history) {
    return Explanation.of(
        history, violation, request.races().missing(violation.race(), profile.kernel()));
  }

  /** The kernel. */
  KernelProfile kernel() {
    return profile.kernel();
  }

  /** The same with another workload. */
  MachinePlan with(Workload workload) {
    return new MachinePlan(request.with(workload.of(request.scenario())), profile);
  }

  /** How much each machine remembers. */
  FlightRecorder.Size recorderSize() {
    return new FlightRecorder.Size(
        request.settings().flightRecorder().frequent(), request.settings().flightRecorder().rare());
  }
}
