package diorama.kernel.sched;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import diorama.Deadline;
import diorama.kernel.sched.ContextActor.Probe;
import diorama.kernel.sched.ContextActor.Run;
import diorama.kernel.sched.ContextActor.Watch;
import diorama.kernel.sched.Step.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ContextActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Oops BUG = new Oops.Bug("fs/aio.c", 512, List.of("__aio_put_req"));
  private static final Duration A_WHILE = Duration.ofMillis(50);

  private final TestHost host = new TestHost();

  /** An object that does nothing until the test answers in its place. */
  private final TestProbe<Asked> object = KIT.createTestProbe();

  private final TestProbe<String> seen = KIT.createTestProbe();
  private final Context process = new Context(Context.Kind.PROCESS, "aio-dio", 100);
  private final Context interrupt = new Context(Context.Kind.INTERRUPT, "irq", 0);

  private record Asked(String what, Caller<String> caller) {}

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private ActorRef<ContextActor.Command> context(Context who) {
    return KIT.spawn(ContextActor.create(host, who, null));
  }

  private static Function<Caller<String>, Asked> asks(String what) {
    return caller -> new Asked(what, caller);
  }

  private Step<String> call(String what) {
    return Step.call(object.ref(), asks(what));
  }

  private Step<String> sleepingCall(String what) {
    return Step.sleepingCall(object.ref(), asks(what));
  }

  private Step<Done> tell(String line) {
    return Step.current(
        c -> {
          seen.ref().tell(line);
          return Step.done();
        });
  }

  private Asked expect(String what) {
    Asked asked = object.receiveMessage();
    assertThat(asked.what()).isEqualTo(what);
    return asked;
  }

  private TestHost.Reported report() throws InterruptedException {
    TestHost.Reported report = host.reports.poll(Deadline.SECONDS, TimeUnit.SECONDS);
    assertThat(report).isNotNull();
    return report;
  }

  @Test
  void aContextHasOneCallOutAtATime() {
    context(process).tell(new Run(call("a").then(x -> call("b" + x)).then(this::tell)));
    Asked first = expect("a");
    object.expectNoMessage(A_WHILE);
    first.caller().answer("1");
    expect("b1").caller().wake("end");
    seen.expectMessage("end");
  }

  @Test
  void anInterruptThatComesWhileAnotherRunsWaitsForItsEnd() {
    ActorRef<ContextActor.Command> irq = context(interrupt);
    irq.tell(new Run(call("first").then(x -> call("first again"))));
    irq.tell(new Run(call("second")));
    irq.tell(new Run(call("third")));
    Asked first = expect("first");
    object.expectNoMessage(A_WHILE);
    first.caller().answer("");
    expect("first again").caller().answer("");
    expect("second").caller().answer("");
    expect("third");
  }

  @Test
  void anAnswerThatNobodyWaitsForIsADefect() throws InterruptedException {
    context(process).tell(new Run(call("a")));
    Asked asked = expect("a");
    asked.caller().answer("");
    asked.caller().answer("");
    assertThat(host.defects.poll(Deadline.SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anExceptionInKernelCodeIsADefectAndEndsTheContext() throws InterruptedException {
    ActorRef<ContextActor.Command> context = context(process);
    IllegalStateException wrong = new IllegalStateException("wrong");
    context.tell(
        new Run(
            call("a")
                .then(
                    x -> {
                      throw wrong;
                    })));
    context.tell(new Run(call("never")));
    expect("a").caller().answer("");
    assertThat(host.defects.poll(Deadline.SECONDS, TimeUnit.SECONDS)).isSameAs(wrong);
    object.expectNoMessage(A_WHILE);
  }

  @Test
  void aProcessThatOopsesRunsWhatComesAfterAndItsLocksStayHeld() throws InterruptedException {
    ActorRef<ContextActor.Command> context =
        KIT.spawn(
            ContextActor.create(
                host, process, oops -> tell("do_exit, held " + process.heldLocks())));
    context.tell(
        new Run(
            Step.function(
                "sys_io_submit",
                () ->
                    Step.acquire(
                            LockClass.I_MUTEX, Waiting.UNINTERRUPTIBLE, object.ref(), asks("lock"))
                        .then(x -> Step.function("aio_complete", () -> call("section")))
                        .then(
                            x ->
                                Step.<Asked, String>release(
                                    LockClass.I_MUTEX, object.ref(), asks("unlock"))))));
    expect("lock").caller().answer("");
    expect("section").caller().oops(BUG);
    seen.expectMessage("do_exit, held " + (1 << LockClass.I_MUTEX.ordinal()));
    object.expectNoMessage(A_WHILE);

    TestHost.Reported report = report();
    assertThat(report.kind()).isEqualTo(Host.Report.OOPS);
    assertThat(report.trace()).containsExactly("__aio_put_req", "aio_complete", "sys_io_submit");
    assertThat(report.lines())
        .contains("kernel BUG at fs/aio.c:512!", "EIP is at __aio_put_req", "Call Trace:")
        .noneMatch(line -> line.contains("panic"));
  }

  @Test
  void anOopsInInterruptIsAPanicWithTheInterruptsOwnStack() throws InterruptedException {
    ActorRef<ContextActor.Command> irq = context(interrupt);
    irq.tell(
        new Run(
            Step.function(
                "dio_bio_end_aio", () -> Step.function("aio_complete", () -> call("section")))));
    irq.tell(new Run(call("the next interrupt")));
    expect("section").caller().oops(BUG);

    TestHost.Reported report = report();
    assertThat(report.kind()).isEqualTo(Host.Report.PANIC);
    assertThat(report.context()).isSameAs(interrupt);
    assertThat(report.lines())
        .containsSubsequence(
            "kernel BUG at fs/aio.c:512!",
            "Call Trace:",
            " __aio_put_req",
            " aio_complete",
            " dio_bio_end_aio",
            "Kernel panic - not syncing: Fatal exception in interrupt")
        .endsWith("Kernel panic - not syncing: Fatal exception in interrupt");
    object.expectNoMessage(A_WHILE);
  }

  @Test
  void aCallThatMaySleepIsReportedInInterruptAndNotInAProcess() throws InterruptedException {
    context(process).tell(new Run(sleepingCall("in a process")));
    expect("in a process");
    assertThat(host.reports).isEmpty();

    Step<String> wrong = Step.function("mutex_lock", () -> sleepingCall("in interrupt"));
    context(interrupt).tell(new Run(wrong));
    expect("in interrupt");
    TestHost.Reported report = report();
    assertThat(report.kind()).isEqualTo(Host.Report.SLEEPING_IN_INTERRUPT);
    assertThat(report.trace()).containsExactly("mutex_lock");
  }

  @Test
  void aSignalEndsACallThatMayBeInterrupted() {
    ActorRef<ContextActor.Command> context = context(process);
    context.tell(
        new Run(
            Step.interruptibleCall(object.ref(), asks("sleep"), asks("cancel")).then(this::tell)));
    Asked sleep = expect("sleep");
    context.tell(new ContextActor.Signal(Signals.SIGALRM));
    expect("cancel");
    sleep.caller().wake("EINTR");
    seen.expectMessage("EINTR");
    assertThat(process.pendingSignal()).isEqualTo(Signals.SIGALRM);
  }

  @Test
  void aSignalThatCameBeforeEndsTheCallAtOnce() {
    ActorRef<ContextActor.Command> context = context(process);
    context.tell(new ContextActor.Signal(Signals.SIGALRM));
    context.tell(new Run(Step.interruptibleCall(object.ref(), asks("sleep"), asks("cancel"))));
    expect("sleep");
    expect("cancel");
  }

  @Test
  void aSignalDoesNotEndAnUninterruptibleCall() {
    ActorRef<ContextActor.Command> context = context(process);
    context.tell(new Run(sleepingCall("sleep").then(this::tell)));
    Asked sleep = expect("sleep");
    context.tell(new ContextActor.Signal(Signals.SIGKILL));
    object.expectNoMessage(A_WHILE);
    sleep.caller().wake("done");
    seen.expectMessage("done");
  }

  @Test
  void twoProbesOfTheSameWaitReportAHungTaskOnce() throws InterruptedException {
    ActorRef<ContextActor.Command> context = context(process);
    context.tell(new Run(Step.function("lock_page", () -> sleepingCall("wait")).then(this::tell)));
    Asked wait = expect("wait");
    for (int i = 0; i < 4; i++) {
      context.tell(new Probe(Watch.HUNG_TASK));
    }
    wait.caller().wake("went on");
    seen.expectMessage("went on");

    assertThat(host.reports).hasSize(1);
    TestHost.Reported report = report();
    assertThat(report.kind()).isEqualTo(Host.Report.HUNG_TASK);
    assertThat(report.trace()).containsExactly("lock_page");
    assertThat(report.lines().get(0)).contains("aio-dio:100");
  }

  @Test
  void aTaskThatMovesBetweenTheProbesIsNotHung() {
    ActorRef<ContextActor.Command> context = context(process);
    context.tell(new Run(sleepingCall("one").then(x -> sleepingCall("two")).then(this::tell)));
    Asked one = expect("one");
    context.tell(new Probe(Watch.HUNG_TASK));
    one.caller().wake("");
    Asked two = expect("two");
    context.tell(new Probe(Watch.HUNG_TASK));
    two.caller().wake("end");
    seen.expectMessage("end");
    context.tell(new Probe(Watch.HUNG_TASK));
    context.tell(new Run(tell("probed")));
    seen.expectMessage("probed");
    assertThat(host.reports).isEmpty();
  }

  @Test
  void aTaskInInterruptibleSleepIsNeverHung() {
    ActorRef<ContextActor.Command> context = context(process);
    context.tell(
        new Run(
            Step.interruptibleCall(object.ref(), asks("sleep"), asks("cancel")).then(this::tell)));
    Asked sleep = expect("sleep");
    for (int i = 0; i < 3; i++) {
      context.tell(new Probe(Watch.HUNG_TASK));
      context.tell(new Probe(Watch.SOFT_LOCKUP));
    }
    sleep.caller().wake("end");
    seen.expectMessage("end");
    assertThat(host.reports).isEmpty();
  }

  @Test
  void aContextThatSpinsBetweenTwoProbesIsASoftLockup() throws InterruptedException {
    ActorRef<ContextActor.Command> irq = context(interrupt);
    irq.tell(new Run(Step.function("_spin_lock", () -> call("spin")).then(this::tell)));
    Asked spin = expect("spin");
    for (int i = 0; i < 3; i++) {
      irq.tell(new Probe(Watch.HUNG_TASK));
      irq.tell(new Probe(Watch.SOFT_LOCKUP));
    }
    spin.caller().answer("end");
    seen.expectMessage("end");
    assertThat(host.reports).hasSize(1);
    TestHost.Reported report = report();
    assertThat(report.kind()).isEqualTo(Host.Report.SOFT_LOCKUP);
    assertThat(report.trace()).containsExactly("_spin_lock");
  }
}
