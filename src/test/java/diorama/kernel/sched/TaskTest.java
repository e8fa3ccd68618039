package diorama.kernel.sched;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.tracepoint.Tracer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TaskTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final long AN_HOUR = Duration.ofHours(1).toNanos();

  private final TestProbe<String> seen = KIT.createTestProbe();
  private final RecordingHost host = new RecordingHost(seen.getRef());
  private final ActorRef<ProcessTableActor.Command> table =
      KIT.spawn(ProcessTableActor.create(host, Props.empty(), new TellingWatcher(seen), 1));

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void waitGetsTheChildThatExited() {
    start(
        parent ->
            fork(parent, child -> Step.done(7))
                .then(pid -> wait(parent, -1))
                .then(result -> tell("waited for " + result.pid() + ": " + result.status()))
                .map(x -> 0));

    expect("started parent/2", "started child/3", "exited child/3 exit code 7");
    expect("reaped child/3", "waited for 3: exit code 7", "exited parent/2 exit code 0");
  }

  @Test
  void waitWithoutChildrenIsEchild() {
    start(parent -> wait(parent, -1).then(r -> tell(Errno.name(r.pid()))).map(x -> 0));

    expect("started parent/2", "ECHILD");
  }

  @Test
  void sigkillEndsASleeperInTheMiddleOfItsSystemCall() {
    start(
        parent ->
            fork(parent, this::sleepForAnHour)
                .then(pid -> kill(parent, pid, Signals.SIGKILL))
                .then(x -> wait(parent, -1))
                .then(result -> tell("child was " + result.status()))
                .map(x -> 0));

    expect("started parent/2", "started child/3", "exited child/3 killed by SIGKILL");
    expect("reaped child/3", "child was killed by SIGKILL");
  }

  @Test
  void anAlarmThatIsCaughtEndsAWaitWithEintrAndCallsItsHandler() {
    AtomicInteger handled = new AtomicInteger();
    start(
        parent ->
            fork(parent, this::sleepForAnHour)
                .then(x -> parent.systemCall(() -> onAlarm(parent, handled)))
                .then(x -> parent.systemCall(() -> parent.sysAlarm(1)))
                .then(x -> wait(parent, -1))
                .then(result -> tell(Errno.name(result.pid()) + ", handled " + handled.get()))
                .map(x -> 0));

    expect("started parent/2", "started child/3", "EINTR, handled 1");
  }

  @Test
  void aHandledSignalDoesNotEndTheNextCall() {
    AtomicInteger handled = new AtomicInteger();
    start(
        parent ->
            parent
                .systemCall(() -> onAlarm(parent, handled))
                .then(x -> parent.systemCall(() -> parent.sysAlarm(1)))
                .then(x -> parent.systemCall(() -> parent.sysNanosleep(AN_HOUR)))
                .then(ret -> tell("first " + ret))
                .then(x -> parent.systemCall(() -> parent.sysNanosleep(1_000_000)))
                .then(ret -> tell("second " + ret))
                .map(x -> 0));

    expect("started parent/2", "first -4", "second 0");
  }

  @Test
  void anAlarmThatNobodyCatchesEndsTheProcess() {
    start(parent -> parent.systemCall(() -> parent.sysAlarm(1)).then(x -> sleepForAnHour(parent)));

    expect("started parent/2", "exited parent/2 killed by SIGALRM");
  }

  @Test
  void aProcessThatOopsesGivesBackWhatItOwnsAndReportsSigsegv() {
    start(
        parent ->
            fork(parent, "child", child -> Step.die(new Oops.Bug("fs/aio.c", 512, List.of())))
                .then(pid -> wait(parent, -1))
                .then(result -> tell("child was " + result.status()))
                .map(x -> 0));

    expect("started parent/2", "started child/3", "OOPS child/3", "exit_aio child");
    expect("close_files child", "exited child/3 killed by SIGSEGV", "reaped child/3");
    expect("child was killed by SIGSEGV");
  }

  @Test
  void anOopsOnTheWayOutLeavesTheProcessAsleepForEver() {
    Oops oops = new Oops.Bug("fs/aio.c", 376, List.of());
    Task<Resources> task = new Task<>(host, table, new Resources("parent", Step.die(oops)));
    table.tell(new ProcessTableActor.Start<>("parent", task, t -> Step.done(0)));

    expect("started parent/2", "exit_aio parent", "OOPS parent/2");
    expect("Fixing recursive fault but reboot is needed!");
    seen.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void theLastThreadGivesBackTheMemoryAndTheFiles() {
    start(
        "parent",
        parent ->
            parent
                .systemCall(
                    () -> parent.doFork("thread", parent.resources(), true, t -> Step.done(0)))
                .then(pid -> wait(parent, -1))
                .then(result -> tell("joined"))
                .map(x -> 0));

    expect("started parent/2", "started thread/3", "exited thread/3 exit code 0");
    expect("reaped thread/3", "joined", "exit_aio parent", "close_files parent");
  }

  @Test
  void killingEverybodyEndsAProcessThatForksForEver() {
    start(
        parent ->
            Step.loop(
                    () ->
                        fork(parent, child -> Step.done(0))
                            .then(pid -> wait(parent, -1))
                            .map(x -> true))
                .map(x -> 0));
    expect("started parent/2", "started child/3");

    table.tell(new ProcessTableActor.KillAll(Signals.SIGKILL));

    seen.fishForMessage(
        Deadline.DURATION,
        line ->
            line.equals("exited parent/2 killed by SIGKILL")
                ? akka.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                : akka.actor.testkit.typed.javadsl.FishingOutcomes.continueAndIgnore());
  }

  private void start(Function<Task<Resources>, Step<Integer>> main) {
    start("", main);
  }

  private void start(String resources, Function<Task<Resources>, Step<Integer>> main) {
    Task<Resources> task = new Task<>(host, table, new Resources(resources, Step.done()));
    table.tell(new ProcessTableActor.Start<>("parent", task, main));
  }

  private void expect(String... lines) {
    for (String line : lines) {
      seen.expectMessage(line);
    }
  }

  private Step<Done> tell(String line) {
    seen.getRef().tell(line);
    return Step.done();
  }

  private Step<Long> fork(Task<Resources> parent, Function<Task<Resources>, Step<Integer>> main) {
    return fork(parent, "", main);
  }

  private Step<Long> fork(
      Task<Resources> parent, String owns, Function<Task<Resources>, Step<Integer>> main) {
    return parent.systemCall(
        () -> parent.doFork("child", new Resources(owns, Step.done()), false, main));
  }

  private static Step<WaitResult> wait(Task<Resources> parent, int pid) {
    return parent.systemCall(() -> parent.sysWait4(pid));
  }

  private static Step<Long> kill(Task<Resources> parent, long pid, int signal) {
    return parent.systemCall(() -> parent.sysKill((int) pid, signal));
  }

  private static Step<Long> onAlarm(Task<Resources> task, AtomicInteger handled) {
    return task.sysRtSigaction(Signals.SIGALRM, handled::incrementAndGet).map(x -> 0L);
  }

  private Step<Integer> sleepForAnHour(Task<Resources> task) {
    return task.systemCall(() -> task.sysNanosleep(AN_HOUR)).map(x -> 0);
  }

  /** Tells when it is given back, if it has a name. */
  private final class Resources implements ProcessResources {
    private final String name;
    private final Step<Done> exitAio;

    Resources(String name, Step<Done> exitAio) {
      this.name = name;
      this.exitAio = exitAio;
    }

    @Override
    public Step<Done> exitAio() {
      return Step.when(!name.isEmpty(), () -> tell("exit_aio " + name)).then(() -> exitAio);
    }

    @Override
    public Step<Done> exitMmap() {
      return Step.done();
    }

    @Override
    public Step<Done> closeFiles() {
      return Step.when(!name.isEmpty(), () -> tell("close_files " + name));
    }
  }

  private record TellingWatcher(TestProbe<String> seen) implements ProcessTableActor.Watcher {
    @Override
    public void started(Context context, ActorRef<ContextActor.Command> actor) {
      seen.getRef().tell("started " + context);
    }

    @Override
    public void exited(Context context, ExitStatus status) {
      seen.getRef().tell("exited " + context + " " + status);
    }

    @Override
    public void reaped(Context context) {
      if (context.comm().equals("child") || context.comm().equals("thread")) {
        seen.getRef().tell("reaped " + context);
      }
    }
  }

  private record RecordingHost(ActorRef<String> seen) implements Host {
    @Override
    public Tracer tracer() {
      return Tracer.NONE;
    }

    @Override
    public KernelTimers timers() {
      return new KernelTimers(0.01);
    }

    @Override
    public void printk(Context context, String line) {
      seen.tell(line);
    }

    @Override
    public void report(Report kind, Context context, List<String> trace, List<String> lines) {
      seen.tell(kind + " " + context);
    }

    @Override
    public void lockOrder(Context context, int heldMask, LockClass wanted, List<String> trace) {}

    @Override
    public void defect(String where, Throwable cause) {
      seen.tell("defect " + where + ": " + cause);
    }

    @Override
    public Latency wakeup() {
      return Latency.NONE;
    }

    @Override
    public Chance chance(String name) {
      return new Chance(1).stream(name);
    }
  }
}
