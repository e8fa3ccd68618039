package diorama.process.script;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;
import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.OneMachine;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.process.AioDioInvalidateFailure;
import diorama.process.Environment;
import diorama.process.Program;
import diorama.process.ProgramLog;
import diorama.process.Stamps;
import diorama.process.SystemCallInterface;
import diorama.process.UserProcess;
import diorama.process.fio.Fio;
import diorama.process.fio.JobOptions;
import diorama.process.script.ProcessCall.Waitpid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a program called on one machine, its script calls on another. */
class ReplayedWorkloadTest {
  private static final String TASK = "task";
  private static final int ALL = 100_000;

  private static final ProgramLog SILENT =
      new ProgramLog() {
        @Override
        public void message(String line) {}

        @Override
        public void operation(String name, long count) {}
      };

  private final Environment environment =
      new Environment(SILENT, new Stamps(1), new Chance(1)::stream);
  private final Transcript first = new Transcript(ALL);

  private static void run(Program program) throws Exception {
    try (OneMachine machine = new OneMachine("linux-2.6.21", DataMode.WRITEBACK)) {
      assertThat(machine.run(UserProcess.main(program))).isZero();
      assertThat(machine.complaints).isEmpty();
    }
  }

  private Script replayed(Script script) throws Exception {
    Transcript second = new Transcript(ALL);
    run(second.recorded(TASK, new ScriptProgram(script, environment)));
    return second.scripts().get(TASK);
  }

  @Test
  void twoProcessesThatWriteOverEachOtherDoSoAgain() throws Exception {
    List<Script> recorded = new ArrayList<>();
    Program seed = first.recorded(TASK, new AioDioInvalidateFailure(OneMachine.FILE, 8192, SILENT));
    run(sys -> sys.fork("seed", seed::main).then(pid -> endWhenItRuns(sys, pid, recorded)));
    Script script = recorded.get(0);

    List<Call> withTheLastWait = new ArrayList<>(script.root().calls());
    withTheLastWait.add(new Waitpid(null));
    assertThat(replayed(script)).isEqualTo(script.with(0, withTheLastWait));
  }

  private Step<Integer> endWhenItRuns(SystemCallInterface sys, int seed, List<Script> recorded) {
    return loop(() ->
            sys.nanosleep(Duration.ofMillis(1))
                .map(x -> first.scripts().values().stream().noneMatch(s -> runs(s, recorded))))
        .then(() -> sys.kill(seed, Signals.SIGALRM))
        .then(() -> sys.waitpid(seed))
        .then(() -> done(0));
  }

  private static boolean runs(Script script, List<Script> recorded) {
    List<ScriptProcess> processes = script.processes();
    boolean runs =
        processes.size() == 3
            && processes.get(0).calls().contains(new Waitpid(null))
            && processes.stream().skip(1).allMatch(p -> p.calls().size() > 20);
    if (runs) {
      recorded.add(script);
    }
    return runs;
  }

  @Test
  void aJobOfFioDoesTheSameAgain() throws Exception {
    Map<String, String> job = new TreeMap<>();
    job.put("rw", "randrw");
    job.put("size", "128k");
    job.put("filename", OneMachine.FILE);
    job.put("ioengine", "libaio");
    job.put("iodepth", "4");
    job.put("iodepth_batch", "2");
    job.put("direct", "1");
    job.put("numjobs", "2");
    job.put("fsync", "5");
    run(first.recorded(TASK, new Fio(JobOptions.of("job", job), environment)));
    Script script = first.scripts().get(TASK);

    assertThat(script.processes()).hasSize(3);
    assertThat(script.calls()).isGreaterThan(2 * 2 * 16);
    assertThat(replayed(script)).isEqualTo(script);
  }
}
