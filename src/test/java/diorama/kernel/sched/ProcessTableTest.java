package diorama.kernel.sched;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.Cancellable;
import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessTableTest {
  /** The pid that a {@link RecordingCaller} has: the first one that the table gives. */
  private static final int PARENT = 100;

  private final FakeThreads threads = new FakeThreads();
  private final ProcessTable table = new ProcessTable(threads, PARENT - 1);

  @BeforeEach
  void startTheParent() {
    assertThat(table.start("parent", ProcessTableTest::nothing)).isEqualTo(PARENT);
  }

  @Test
  void waitAnswersWithTheChildThatExitedAndReapsIt() {
    int child = fork();
    table.exitNotify(child, ExitStatus.exited(3));

    RecordingCaller<WaitResult> wait = wait(-1);

    assertThat(wait.answers()).containsExactly(new WaitResult(child, ExitStatus.exited(3)));
    assertThat(threads.stopped).containsExactly(child);
    assertThat(wait(-1).answers()).containsExactly(WaitResult.NO_CHILD);
  }

  @Test
  void aParentAsleepInWaitIsWokenToLookAgain() {
    int child = fork();
    RecordingCaller<WaitResult> wait = wait(-1);
    assertThat(wait.isAnswered()).isFalse();

    table.exitNotify(child, ExitStatus.exited(0));

    assertThat(wait.answers()).containsExactly(WaitResult.LOOK_AGAIN);
    assertThat(wait.wakeups()).isEqualTo(1);
    assertThat(threads.stopped).isEmpty();
  }

  @Test
  void waitingForOneChildIgnoresAnother() {
    int first = fork();
    int second = fork();
    table.exitNotify(first, ExitStatus.exited(0));

    assertThat(wait(second).isAnswered()).isFalse();
    assertThat(wait(first).answers()).containsExactly(new WaitResult(first, ExitStatus.exited(0)));
  }

  @Test
  void aSignalEndsAWaitOnceAndOnlyWhileItSleeps() {
    fork();
    RecordingCaller<WaitResult> wait = wait(-1);

    table.interruptWait(PARENT);
    table.interruptWait(PARENT);

    assertThat(wait.answers()).containsExactly(WaitResult.INTERRUPTED);
  }

  @Test
  void anOrphanIsReapedByInitWhenItEnds() {
    int child = fork();
    table.exitNotify(PARENT, ExitStatus.exited(0));
    assertThat(threads.stopped).containsExactly(PARENT);

    table.exitNotify(child, ExitStatus.exited(0));

    assertThat(threads.stopped).containsExactly(PARENT, child);
    assertThat(table.processes()).isEmpty();
  }

  @Test
  void aZombieIsReapedWhenItsParentEnds() {
    int child = fork();
    table.exitNotify(child, ExitStatus.exited(0));
    assertThat(threads.stopped).isEmpty();

    table.exitNotify(PARENT, ExitStatus.exited(0));

    assertThat(threads.stopped).containsExactly(child, PARENT);
  }

  @Test
  void killReachesTheLivingAndLeavesZombiesAlone() {
    int living = fork();
    int zombie = fork();
    table.exitNotify(zombie, ExitStatus.exited(0));

    assertThat(table.kill(living, Signals.SIGTERM)).isZero();
    assertThat(table.kill(zombie, Signals.SIGTERM)).isZero();
    assertThat(table.kill(4711, Signals.SIGTERM)).isEqualTo(-Errno.ESRCH);

    assertThat(threads.messages(living)).containsExactly(new ContextActor.Signal(Signals.SIGTERM));
    assertThat(threads.messages(zombie)).isEmpty();
  }

  @Test
  void aKilledParentForksNoMore() {
    table.killAll(Signals.SIGKILL);

    assertThat(copyProcess(false)).isEqualTo(-Errno.EINTR);
    assertThat(table.processes()).containsExactly("parent/100");
  }

  @Test
  void aNewAlarmTakesTheOldOneBack() {
    table.alarm(PARENT, 200);
    table.alarm(PARENT, 300);
    ProcessTableActor.Command old = threads.timers.get(0);
    ProcessTableActor.Command current = threads.timers.get(1);

    old.execute(table);
    assertThat(threads.messages(PARENT)).isEmpty();

    current.execute(table);
    current.execute(table);
    assertThat(threads.messages(PARENT)).containsExactly(new ContextActor.Signal(Signals.SIGALRM));
  }

  @Test
  void aSleepEndsWithItsTimerOrWithASignalWhicheverIsFirst() {
    RecordingCaller<Long> slept = RecordingCaller.process("parent");
    table.nanosleep(slept, 50);
    threads.timers.get(0).execute(table);
    table.interruptSleep(PARENT);
    assertThat(slept.answers()).containsExactly(0L);

    RecordingCaller<Long> interrupted = RecordingCaller.process("parent");
    table.nanosleep(interrupted, 50);
    table.interruptSleep(PARENT);
    threads.timers.get(1).execute(table);
    assertThat(interrupted.answers()).containsExactly((long) -Errno.EINTR);
  }

  @Test
  void onlyTheLastThreadIsTheLastUserOfItsMemoryAndFiles() {
    int thread = (int) copyProcess(true);
    int process = fork();

    assertThat(table.mmput(process)).isTrue();
    assertThat(table.mmput(thread)).isFalse();
    assertThat(table.mmput(PARENT)).isTrue();
    assertThat(table.putFilesStruct(PARENT)).isFalse();
    assertThat(table.putFilesStruct(thread)).isTrue();
  }

  @Test
  void pidsStartAgainAboveTheReservedOnesAndPassOverThoseInUse() {
    ProcessTable late = new ProcessTable(threads, 32_766);
    assertThat(late.start("a", ProcessTableTest::nothing)).isEqualTo(32_767);
    assertThat(late.start("b", ProcessTableTest::nothing)).isEqualTo(300);
    ProcessTable full = new ProcessTable(threads, 299);
    full.start("c", ProcessTableTest::nothing);
    assertThat(full.start("d", ProcessTableTest::nothing)).isEqualTo(301);
  }

  @Test
  void aNameIsCutAsTheKernelCutsIt() {
    table.start("aio-dio-invalidate-failure", ProcessTableTest::nothing);

    assertThat(table.processes()).contains("aio-dio-invalid/101");
  }

  private int fork() {
    return (int) copyProcess(false);
  }

  private long copyProcess(boolean share) {
    return table.copyProcess(PARENT, "child", share, ProcessTableTest::nothing);
  }

  private RecordingCaller<WaitResult> wait(int pid) {
    RecordingCaller<WaitResult> caller = RecordingCaller.process("parent");
    table.doWait(caller, pid);
    return caller;
  }

  private static Step<?> nothing(Oops oops) {
    return Step.done();
  }

  private static final class FakeThreads implements ProcessTable.Threads {
    final TreeMap<Integer, TestInbox<ContextActor.Command>> inboxes = new TreeMap<>();
    final List<Integer> stopped = new ArrayList<>();
    final List<ProcessTableActor.Command> timers = new ArrayList<>();

    List<ContextActor.Command> messages(int pid) {
      return inboxes.get(pid).getAllReceived();
    }

    @Override
    public ActorRef<ContextActor.Command> spawn(
        Context context, Function<Oops, Step<?>> afterOops) {
      TestInbox<ContextActor.Command> inbox = TestInbox.create();
      inboxes.put(context.pid(), inbox);
      return inbox.getRef();
    }

    @Override
    public void exited(Context context, ExitStatus status) {}

    @Override
    public void stop(Context context, ActorRef<ContextActor.Command> actor) {
      stopped.add(context.pid());
    }

    @Override
    public Cancellable after(long nanos, ProcessTableActor.Command message) {
      timers.add(message);
      return Cancellable.alreadyCancelled();
    }
  }
}
