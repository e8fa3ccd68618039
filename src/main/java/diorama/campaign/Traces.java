package diorama.campaign;

import diorama.check.Violation;
import diorama.config.Profile;
import diorama.engine.Deliveries;
import diorama.engine.natural.Recording;
import diorama.engine.natural.Recordings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The traces of a run, in one folder. Every machine is recorded into a file of its own; the files
 * of those that showed a violation stay, and of those that ran when the run was interrupted.
 */
public final class Traces implements AutoCloseable {
  /**
   * A recording ends so many deliveries after its first violation, so that replays end soon after
   * it: what a wrong result leads to comes with an interrupt that may take a disk's time to come.
   */
  static final long EPILOGUE = 100_000;

  /**
   * So many traces are kept of one kind of violation on one kernel. After that it does not end a
   * recording either: a long run on an old kernel violates something all the time, and what is rare
   * would never be recorded.
   */
  private static final int ENOUGH = 10;

  private final Recordings recordings = new Recordings();
  private final Path folder;
  private final RunRequest request;
  private final ProgressListener listener;

  private Traces(Path folder, RunRequest request, ProgressListener listener) {
    this.folder = folder;
    this.request = request;
    this.listener = listener;
  }

  /**
   * The traces that a request asks for.
   *
   * @param listener is told of traces that could not be written
   */
  static Optional<Traces> of(RunRequest request, ProgressListener listener) {
    return request.record().map(folder -> new Traces(folder, request, listener));
  }

  /** How the traces of a kernel are called, up to the number of the machine. */
  public static String prefix(RunRequest request, Profile profile) {
    return request.scenario().name() + "-" + profile.name() + "-machine-";
  }

  /** Records the machines of one kernel's run. */
  Crew.Tracing crew(Profile profile, Deliveries deliveries, Tally tally) {
    Kernel kernel = new Kernel(deliveries, tally, new HashMap<>());
    return (number, path) -> {
      Recording recording =
          recordings.begin(
              folder.resolve(prefix(request, profile) + number + ".trace"),
              () -> TraceHeader.of(request, profile, number).write(),
              request.settings().traceBytes());
      deliveries.record(path, recording);
      return new Trace(kernel, path, recording);
    };
  }

  private record Kernel(Deliveries deliveries, Tally tally, Map<String, Integer> kept) {
    /** Counts a violation of a kind; whether there are not enough traces of it. */
    synchronized boolean wants(Violation violation) {
      String kind = violation.id() + " " + violation.race() + " " + violation.variant();
      return kept.merge(kind, 1, Integer::sum) <= ENOUGH;
    }
  }

  private static final class Trace implements MachineTrace {
    private final Kernel kernel;
    private final String path;
    private final Recording recording;
    private boolean wanted;

    Trace(Kernel kernel, String path, Recording recording) {
      this.kernel = kernel;
      this.path = path;
      this.recording = recording;
    }

    @Override
    public synchronized void found(Violation violation) {
      if (recording.running() && (wanted || kernel.wants(violation))) {
        recording.endAfter(EPILOGUE);
        note(violation.id(), Tally.known(violation.race()), Tally.known(violation.variant()));
      }
    }

    @Override
    public synchronized void restless() {
      note(Tally.NOT_AT_REST, "", "");
    }

    private void note(String id, String race, String variant) {
      wanted = true;
      recording.note(ViolationNote.KEY, at -> new ViolationNote(id, race, variant, at).write());
      kernel.tally.trace(id, race, recording.file());
    }

    @Override
    public void end() {
      recording.end();
    }

    @Override
    public synchronized void gone(boolean interrupted) {
      kernel.deliveries.leaveUnrecorded(path);
      recording.release(wanted || interrupted);
    }
  }

  @Override
  public void close() {
    recordings.close();
    recordings.problems().forEach(listener::warning);
  }
}
