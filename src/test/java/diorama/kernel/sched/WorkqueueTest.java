package diorama.kernel.sched;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import diorama.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WorkqueueTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration A_WHILE = Duration.ofMillis(50);

  private record Asked(int number, Caller<Done> caller) {}

  private final TestHost host = new TestHost();
  private final List<Context> workers = new CopyOnWriteArrayList<>();
  private final List<String> ran = new CopyOnWriteArrayList<>();

  /** An object that lets go of a worker when the test answers in its place. */
  private final TestProbe<Asked> object = KIT.createTestProbe();

  private final ActorRef<WorkqueueActor.Command> pool =
      KIT.spawn(WorkqueueActor.create(host, 200, (context, ref) -> workers.add(context)));
  private final ActorRef<ContextActor.Command> process = context(Context.Kind.PROCESS);
  private final ActorRef<ContextActor.Command> interrupt = context(Context.Kind.INTERRUPT);

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private ActorRef<ContextActor.Command> context(Context.Kind kind) {
    return KIT.spawn(ContextActor.create(host, new Context(kind, "c", 1), null));
  }

  private static <T> CompletableFuture<T> start(
      ActorRef<ContextActor.Command> context, Step<T> step) {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.tell(
        new ContextActor.Run(
            step.map(
                value -> {
                  result.complete(value);
                  return Done.DONE;
                })));
    return result;
  }

  private static <T> T get(CompletableFuture<T> future) {
    Awaitility.await().atMost(Deadline.DURATION).until(future::isDone);
    return future.join();
  }

  private WorkqueueRef alloc(String name) {
    return get(start(process, WorkqueueActor.allocWorkqueue(pool, name)));
  }

  private void queue(WorkqueueRef queue, Step<?> work) {
    get(start(interrupt, WorkqueueActor.queueWork(pool, queue, work)));
  }

  private Step<Done> work(int number) {
    return Step.<Asked, Done>sleepingCall(object.ref(), c -> new Asked(number, c))
        .then(
            () ->
                Step.current(
                    c -> {
                      ran.add(number + " by " + c.comm());
                      return Step.done();
                    }));
  }

  private WorkqueueActor.State state() {
    return get(start(process, WorkqueueActor.state(pool)));
  }

  @Test
  void whatAnInterruptQueuesRunsInAWorkerThatMaySleep() {
    WorkqueueRef queue = alloc("dio/sda1");
    assertThat(queue.label()).isEqualTo("workqueue dio/sda1#1");
    assertThat(workers).as("none is made before there is work").isEmpty();
    queue(queue, work(1));
    object.receiveMessage().caller().wake(Done.DONE);
    Awaitility.await().atMost(Deadline.DURATION).until(() -> state().idle());
    assertThat(ran).containsExactly("1 by kworker/0:0");
    assertThat(workers).singleElement().extracting(Context::pid).isEqualTo(200);
    assertThat(host.reports).isEmpty();
  }

  @Test
  void workThatWasQueuedLaterMayEndEarlier() {
    WorkqueueRef queue = alloc("dio/sda1");
    queue(queue, work(1));
    Asked first = object.receiveMessage();
    queue(queue, work(2));
    object.receiveMessage().caller().wake(Done.DONE);
    Awaitility.await().atMost(Deadline.DURATION).until(() -> ran.size() == 1);
    first.caller().wake(Done.DONE);
    Awaitility.await().atMost(Deadline.DURATION).until(() -> state().idle());
    assertThat(ran).containsExactly("2 by kworker/0:1", "1 by kworker/0:0");
  }

  @Test
  void aWorkerThatIsIdleIsUsedAgain() {
    WorkqueueRef queue = alloc("dio/sda1");
    for (int i = 0; i < 3; i++) {
      queue(queue, work(i));
      object.receiveMessage().caller().wake(Done.DONE);
      Awaitility.await().atMost(Deadline.DURATION).until(() -> state().idle());
    }
    assertThat(workers).hasSize(1);
  }

  @Test
  void workWaitsWhenAsManyWorkersAreBusyAsThereMayBe() {
    WorkqueueRef queue = alloc("dio/sda1");
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < WorkerPool.MOST_WORKERS; i++) {
      queue(queue, work(i));
      asked.add(object.receiveMessage());
    }
    queue(queue, work(99));
    object.expectNoMessage(A_WHILE);
    asked.get(5).caller().wake(Done.DONE);
    object.receiveMessage().caller().wake(Done.DONE);
    asked.remove(5);
    asked.forEach(a -> a.caller().wake(Done.DONE));
    Awaitility.await().atMost(Deadline.DURATION).until(() -> state().idle());
    assertThat(workers).hasSize(WorkerPool.MOST_WORKERS);
    assertThat(ran).hasSize(WorkerPool.MOST_WORKERS + 1).contains("99 by kworker/0:5");
  }

  @Test
  void aWorkqueueIsDestroyedWhenItsWorkHasRunAndTheOthersStay() {
    WorkqueueRef queue = alloc("one");
    WorkqueueRef other = alloc("other");
    queue(queue, work(1));
    Asked asked = object.receiveMessage();
    CompletableFuture<Done> destroyed =
        start(process, WorkqueueActor.destroyWorkqueue(pool, queue));
    assertThat(destroyed).isNotDone();
    asked.caller().wake(Done.DONE);
    get(destroyed);
    assertThat(state().queues()).isEqualTo(1);
    get(start(process, WorkqueueActor.destroyWorkqueue(pool, other)));
    assertThat(state()).isEqualTo(new WorkqueueActor.State(0, true));
  }
}
