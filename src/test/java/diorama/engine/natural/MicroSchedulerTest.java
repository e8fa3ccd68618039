package diorama.engine.natural;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import akka.actor.Cancellable;
import akka.actor.Scheduler;
import akka.event.NoLogging;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import diorama.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.concurrent.ExecutionContext;

@Timeout(Deadline.SECONDS)
class MicroSchedulerTest {
  private static final ExecutionContext HERE = new Direct();
  private static final Duration LONG = Duration.ofHours(1);

  private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
  private MicroScheduler scheduler = scheduler("never");

  @AfterEach
  void stop() {
    scheduler.close();
  }

  private MicroScheduler scheduler(String spinIf) {
    Config settings =
        ConfigFactory.parseString("diorama.engine.natural.scheduler.spin-if = " + spinIf);
    return new MicroScheduler(
        NaturalEngine.config(settings),
        NoLogging.getInstance(),
        task -> {
          Thread thread = new Thread(task, "test-scheduler");
          thread.setDaemon(true);
          thread.setUncaughtExceptionHandler((in, thrown) -> fatal.add(thrown));
          return thread;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"never", "always"})
  void firesByTimeAndAtOneTimeInTheOrderOfArming(String spinIf) throws InterruptedException {
    scheduler.close();
    scheduler = scheduler(spinIf);
    // A busy machine may take longer to arm them all than the first of them has to wait.
    CountDownLatch armed = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ZERO, () -> await(armed), HERE);
    long start = System.nanoTime() + Duration.ofMillis(20).toNanos();
    List<Integer> fired = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(300);
    for (int i = 0; i < 300; i++) {
      int rank = i * 7 % 100 * 1000 + i;
      scheduler.arm(
          start + rank / 1000 * 50_000L,
          () -> {
            fired.add(rank);
            done.countDown();
          },
          HERE);
    }
    armed.countDown();
    done.await();
    assertThat(fired).isSorted();
  }

  /**
   * A busy machine may let the scheduler's thread wait for a processor, so not every timer can be
   * asked to be on time. Akka's own scheduler has none on time: it waits for the end of a tick.
   */
  @Test
  void neverFiresEarlyAndIsLateByLessThanAkkasTick() {
    Duration delay = Duration.ofNanos(137_000);
    int onTime = 0;
    for (int tries = 0; onTime < 50; tries++) {
      assertThat(tries).isLessThan(10_000);
      CountDownLatch fired = new CountDownLatch(1);
      long armed = System.nanoTime();
      long[] at = new long[1];
      scheduler.scheduleOnce(
          delay,
          () -> {
            at[0] = System.nanoTime();
            fired.countDown();
          },
          HERE);
      await(fired);
      long late = at[0] - armed - delay.toNanos();
      assertThat(late).isNotNegative();
      onTime += late < Duration.ofMillis(5).toNanos() ? 1 : 0;
    }
  }

  @Test
  void wakesForATimerThatIsSoonerThanTheOneItSleepsFor() throws InterruptedException {
    scheduler.scheduleOnce(LONG, () -> {}, HERE);
    for (int i = 0; i < 1_000; i++) {
      CountDownLatch fired = new CountDownLatch(1);
      scheduler.scheduleOnce(Duration.ofNanos(i * 100L), fired::countDown, HERE);
      assertThat(fired.await(Deadline.SECONDS, SECONDS)).isTrue();
    }
  }

  @Test
  void firesWithoutDelayOnItsOwnThread() throws InterruptedException {
    BlockingQueue<String> threads = new LinkedBlockingQueue<>();
    scheduler.scheduleOnce(
        Duration.ZERO, () -> threads.add(Thread.currentThread().getName()), HERE);
    assertThat(threads.take()).isEqualTo("test-scheduler");
  }

  @Test
  void aCancelledTimerDoesNotFireAndLeavesNothingBehind() {
    AtomicInteger fired = new AtomicInteger();
    List<Cancellable> timers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      timers.add(scheduler.scheduleOnce(LONG.plusNanos(i % 100), fired::incrementAndGet, HERE));
    }
    assertThat(scheduler.size()).isEqualTo(10_000);
    for (Cancellable timer : timers) {
      assertThat(timer.isCancelled()).isFalse();
      assertThat(timer.cancel()).isTrue();
      assertThat(timer.cancel()).isFalse();
      assertThat(timer.isCancelled()).isTrue();
    }
    assertThat(scheduler.size()).isZero();
    assertThat(fired).hasValue(0);
  }

  @Test
  void aTimerThatHasFiredCannotBeCancelled() {
    CountDownLatch fired = new CountDownLatch(1);
    Cancellable timer = scheduler.scheduleOnce(Duration.ZERO, fired::countDown, HERE);
    await(fired);
    assertThat(timer.cancel()).isFalse();
    assertThat(timer.isCancelled()).isFalse();
  }

  @Test
  void repeatsAtAFixedRateUntilItIsCancelled() {
    CountDownLatch fired = new CountDownLatch(20);
    long start = System.nanoTime();
    Cancellable timer =
        scheduler.scheduleAtFixedRate(
            Duration.ofMillis(1), Duration.ofMillis(1), fired::countDown, HERE);
    await(fired);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
    assertThat(timer.cancel()).isTrue();
    assertThat(timer.cancel()).isFalse();
    assertThat(timer.isCancelled()).isTrue();
    assertThat(scheduler.size()).isZero();
  }

  @Test
  void repeatsWithAFixedDelayUntilItIsCancelledFromWithin() {
    CountDownLatch fired = new CountDownLatch(5);
    Cancellable[] timer = new Cancellable[1];
    CountDownLatch known = new CountDownLatch(1);
    timer[0] =
        scheduler.scheduleWithFixedDelay(
            Duration.ZERO,
            Duration.ofNanos(50_000),
            () -> {
              await(known);
              fired.countDown();
              if (fired.getCount() == 0) {
                timer[0].cancel();
              }
            },
            HERE);
    known.countDown();
    await(fired);
    CountDownLatch later = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ofMillis(1), later::countDown, HERE);
    await(later);
    assertThat(scheduler.size()).isZero();
  }

  @Test
  void aRepeatedTaskThatThrowsIsNotRepeated() {
    AtomicInteger runs = new AtomicInteger();
    scheduler.scheduleAtFixedRate(
        Duration.ZERO,
        Duration.ofNanos(1),
        () -> {
          runs.incrementAndGet();
          throw new IllegalArgumentException("a task's own");
        },
        HERE);
    CountDownLatch later = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ofMillis(1), later::countDown, HERE);
    await(later);
    assertThat(runs).hasValue(1);
  }

  @Test
  void survivesWhatATaskThrows() throws InterruptedException {
    scheduler.scheduleOnce(
        Duration.ZERO,
        () -> {
          throw new IllegalArgumentException("a task's own");
        },
        HERE);
    LinkageError error = new LinkageError("fatal");
    scheduler.scheduleOnce(
        Duration.ZERO,
        () -> {
          throw error;
        },
        HERE);
    CountDownLatch next = new CountDownLatch(1);
    scheduler.scheduleOnce(Duration.ZERO, next::countDown, HERE);
    await(next);
    assertThat(fatal.take()).isSameAs(error);
    assertThat(fatal).isEmpty();
  }

  @Test
  void runsAtItsCloseWhatAkkaWantsRunThenAndNothingElse() {
    List<String> ran = new ArrayList<>();
    scheduler.scheduleOnce(LONG.plusHours(1), new LastTask(ran, "second"), HERE);
    scheduler.scheduleOnce(LONG, new LastTask(ran, "first"), HERE);
    scheduler.scheduleOnce(LONG, () -> ran.add("an ordinary timer"), HERE);
    scheduler.close();
    assertThat(ran).containsExactly("first", "second");
    assertThat(scheduler.size()).isZero();
    scheduler.close();
    assertThat(ran).hasSize(2);
  }

  @Test
  void takesNothingOnceItIsClosed() {
    scheduler.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> scheduler.scheduleOnce(LONG, () -> {}, HERE));
    assertThatIllegalStateException()
        .isThrownBy(() -> scheduler.scheduleAtFixedRate(LONG, LONG, () -> {}, HERE));
  }

  @Test
  void keepsTimersOfSeveralThreadsApart() throws InterruptedException {
    int threads = 4;
    int each = 5_000;
    CountDownLatch fired = new CountDownLatch(threads * each);
    for (int i = 0; i < threads; i++) {
      new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  scheduler.scheduleOnce(Duration.ofNanos(n % 977 * 1_000), fired::countDown, HERE);
                  scheduler.scheduleOnce(LONG, () -> {}, HERE).cancel();
                }
              })
          .start();
    }
    assertThat(fired.await(Deadline.SECONDS, SECONDS)).isTrue();
    assertThat(fatal).isEmpty();
  }

  @Test
  void saysWhichSpinIfThereIs() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> scheduler("sometimes"))
        .withMessageContaining("sometimes")
        .withMessageContaining("cores-to-spare");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(Deadline.SECONDS, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private record LastTask(List<String> ran, String name) implements Scheduler.TaskRunOnClose {
    @Override
    public void run() {
      ran.add(name);
    }
  }

  /** Runs a task where it is, and lets through what it throws. */
  private static final class Direct implements ExecutionContext {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void reportFailure(Throwable cause) {
      throw new AssertionError(cause);
    }
  }
}
