package diorama.kernel.sched;

import static diorama.kernel.sched.Step.call;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestInbox;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutionTest {
  private final Context context = new Context(Context.Kind.PROCESS, "test", 1);
  private final Execution execution = new Execution(context);
  private final TestInbox<String> object = TestInbox.create();
  private final List<Object> seen = new ArrayList<>();

  private Step<Integer> ask(String what) {
    return call(object.getRef(), c -> what);
  }

  @Test
  void aStepRunsUpToItsCallAndGoesOnWithTheAnswer() {
    Execution.Stop stop =
        execution.start(ask("a").then(a -> ask("b").map(b -> a + b)).map(sum -> seen.add(sum)));
    assertThat(stop).isEqualTo(Execution.Stop.CALL);
    assertThat(execution.resume(2)).isEqualTo(Execution.Stop.CALL);
    assertThat(seen).isEmpty();
    assertThat(execution.resume(3)).isEqualTo(Execution.Stop.FINISHED);
    assertThat(seen).containsExactly(5);
  }

  @Test
  void aLoopOfAMillionRoundsNeedsNoDepth() {
    int[] rounds = {0};
    Execution.Stop stop =
        execution.start(loop(() -> done(++rounds[0] < 1_000_000)).map(x -> seen.add("end")));
    assertThat(stop).isEqualTo(Execution.Stop.FINISHED);
    assertThat(rounds[0]).isEqualTo(1_000_000);
    assertThat(seen).containsExactly("end");
  }

  @Test
  void theCallTraceIsTheStackOfFunctionsAtTheCall() {
    execution.start(
        function(
            "sys_write",
            () ->
                function("vfs_write", () -> ask("x"))
                    .then(() -> function("late", () -> ask("y")))));
    assertThat(execution.callTrace()).containsExactly("vfs_write", "sys_write");
    execution.resume(0);
    assertThat(execution.callTrace()).containsExactly("late", "sys_write");
  }

  @Test
  void aFunctionThatReturnedIsOffTheStack() {
    execution.start(function("outer", () -> function("inner", () -> done(1)).then(() -> ask("x"))));
    assertThat(execution.callTrace()).containsExactly("outer");
  }

  @Test
  void aBugStopsTheContextWithItsStack() {
    Oops bug = new Oops.Bug("fs/aio.c", 512, List.of("__aio_put_req"));
    Execution.Stop stop = execution.start(function("aio_put_req", () -> Step.die(bug)));
    assertThat(stop).isEqualTo(Execution.Stop.OOPS);
    assertThat(execution.oops()).isEqualTo(bug);
    assertThat(execution.callTrace()).containsExactly("aio_put_req");
  }

  @Test
  void alsoDoKeepsTheResultAndForEachKeepsTheOrder() {
    execution.start(
        Step.forEach(List.of(1, 2, 3), i -> done(i).map(seen::add))
            .then(() -> done(7))
            .alsoDo(() -> done(8))
            .map(seen::add));
    assertThat(seen).containsExactly(1, 2, 3, 7);
  }

  @Test
  void aLockIsHeldFromItsAnswerToTheAnswerOfItsRelease() {
    execution.start(
        Step.<String, Integer>acquire(
                LockClass.I_MUTEX, Step.Waiting.UNINTERRUPTIBLE, object.getRef(), c -> "lock")
            .then(
                () -> Step.<String, Integer>release(LockClass.I_MUTEX, object.getRef(), c -> "u")));
    assertThat(context.heldLocks()).isZero();
    execution.resume(0);
    assertThat(context.heldLocks()).isEqualTo(1 << LockClass.I_MUTEX.ordinal());
    execution.resume(0);
    assertThat(context.heldLocks()).isZero();
  }
}
