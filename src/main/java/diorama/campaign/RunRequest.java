package diorama.campaign;

import diorama.config.Device;
import diorama.config.Profile;
import diorama.config.Scenario;
import diorama.config.Settings;
import diorama.trace.TableStyle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a run needs to know. Nothing in it is left to be looked up.
 *
 * @param scenario what runs
 * @param device of each machine
 * @param kernels on which kernels, one after the other
 * @param settings of machines and engine, with what the scenario and the command line change
 * @param engine what runs the actors
 * @param seed of everything that is drawn
 * @param machines how many run at once
 * @param limits when a kernel's run is over
 * @param races the catalogue, for what is said of a violation
 * @param tables how interleaving tables are printed
 * @param report the folder for the result, if it is to be kept
 * @param record the folder for traces, if machines are to be recorded
 */
public record RunRequest(
    Scenario scenario,
    Device device,
    List<Profile> kernels,
    Settings settings,
    Engine engine,
    long seed,
    int machines,
    Limits limits,
    RaceCatalogue races,
    TableStyle tables,
    Optional<Path> report,
    Optional<Path> record) {

  /** Refuses a kernel that cannot mount the scenario's file system. */
  public RunRequest {
    kernels.forEach(scenario.fileSystem()::check);
  }

  /** The same of another scenario. */
  public RunRequest with(Scenario other) {
    return new RunRequest(
        other, device, kernels, settings, engine, seed, machines, limits, races, tables, report,
        record);
  }

  /**
   * When a kernel's run is over; whichever comes first.
   *
   * @param duration after so long, not scaled
   * @param ops after so many operations on all machines together
   * @param untilViolation as soon as anything was violated
   * @param sought what it looks for: that may end it before, or only later
   */
  public record Limits(
      Duration duration, Optional<Long> ops, boolean untilViolation, Sought sought) {
    /** Limits that do not ask for one thing in particular. */
    public Limits(Duration duration, Optional<Long> ops, boolean untilViolation) {
      this(duration, ops, untilViolation, Sought.NOTHING);
    }
  }
}
