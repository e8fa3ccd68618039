package diorama.engine.natural;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import diorama.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(Deadline.SECONDS)
class FairExecutorTest {
  private static final int CHAIN = 3;
  private static final long SPIN = 20_000;

  private final List<FairExecutor> started = new ArrayList<>();
  private final BlockingQueue<Throwable> defects = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    started.forEach(FairExecutor::shutdownNow);
  }

  private FairExecutor pool(int parallelism, int chain, long spinNanos) {
    FairExecutor pool =
        new FairExecutor(
            "test",
            new FairExecutor.Size(parallelism, chain, spinNanos),
            thread -> {
              thread.setDaemon(true);
              thread.setUncaughtExceptionHandler((in, thrown) -> defects.add(thrown));
            });
    started.add(pool);
    return pool;
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "1, 3, 20000", "2, 3, 0", "2, 0, 20000", "4, 3, 20000", "8, 3, 0"})
  void runsEachTaskOnceWhoeverSubmitsIt(int parallelism, int chain, long spinNanos)
      throws InterruptedException {
    FairExecutor pool = pool(parallelism, chain, spinNanos);
    int submitters = 8;
    int each = 5_000;
    AtomicIntegerArray runs = new AtomicIntegerArray(2 * submitters * each);
    CountDownLatch done = new CountDownLatch(runs.length());
    for (int i = 0; i < submitters; i++) {
      int from = 2 * i * each;
      new Thread(
              () -> {
                for (int n = from; n < from + 2 * each; n += 2) {
                  int number = n;
                  pool.execute(
                      () -> {
                        // Half of the tasks come from outside, half from a worker.
                        pool.execute(
                            () -> {
                              runs.incrementAndGet(number + 1);
                              done.countDown();
                            });
                        runs.incrementAndGet(number);
                        done.countDown();
                      });
                }
              })
          .start();
    }
    done.await();
    for (int i = 0; i < runs.length(); i++) {
      assertThat(runs.get(i)).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "2, 20000", "4, 20000"})
  void losesNoWakeUpWhenWorkersLieDownAsTasksCome(int parallelism, long spinNanos)
      throws InterruptedException {
    FairExecutor pool = pool(parallelism, CHAIN, spinNanos);
    Semaphore ran = new Semaphore(0);
    for (int i = 0; i < 2_000; i++) {
      pool.execute(ran::release);
      assertThat(ran.tryAcquire(Deadline.SECONDS, SECONDS)).isTrue();
      // Long enough, now and then, for the workers to be anywhere on their way to sleep.
      LockSupport.parkNanos(i % 16 * 3_000L);
    }
  }

  @Test
  void servesTheQueueInOrderOnOneWorker() throws InterruptedException {
    FairExecutor pool = pool(1, CHAIN, SPIN);
    List<Integer> order = new ArrayList<>();
    CountDownLatch submitted = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(100);
    pool.execute(() -> awaitUnchecked(submitted));
    for (int i = 0; i < 100; i++) {
      int number = i;
      pool.execute(
          () -> {
            order.add(number);
            done.countDown();
          });
    }
    submitted.countDown();
    done.await();
    assertThat(order).isSorted();
  }

  @Test
  void letsAChainPassTheQueueSoOftenAndNoMore() throws InterruptedException {
    FairExecutor pool = pool(1, CHAIN, SPIN);
    AtomicInteger turns = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch waiting = new CountDownLatch(1);
    List<Integer> turnsAtOthers = new ArrayList<>();
    CountDownLatch others = new CountDownLatch(50);
    Runnable chain =
        new Runnable() {
          @Override
          public void run() {
            turns.incrementAndGet();
            if (!over.get()) {
              pool.execute(this);
            }
          }
        };
    pool.execute(() -> awaitUnchecked(waiting));
    pool.execute(chain);
    for (int i = 0; i < 50; i++) {
      pool.execute(
          () -> {
            turnsAtOthers.add(turns.get());
            others.countDown();
          });
    }
    waiting.countDown();
    others.await();
    over.set(true);
    // All were in the queue before the chain came back to its end.
    assertThat(turnsAtOthers).containsOnly(CHAIN + 1);
  }

  @ParameterizedTest
  @CsvSource({"0", "3"})
  void runsWhatABlockedTaskWaitsFor(int chain) throws InterruptedException {
    FairExecutor pool = pool(3, chain, SPIN);
    CountDownLatch done = new CountDownLatch(1);
    // Each waits for what it has just submitted, on a worker that could have kept it.
    pool.execute(
        () -> {
          CountDownLatch inner = new CountDownLatch(1);
          pool.execute(
              () -> {
                CountDownLatch innermost = new CountDownLatch(1);
                pool.execute(innermost::countDown);
                awaitUnchecked(innermost);
                inner.countDown();
              });
          awaitUnchecked(inner);
          done.countDown();
        });
    assertThat(done.await(Deadline.SECONDS, SECONDS)).isTrue();
  }

  @Test
  void runsWhatABlockedTaskWaitsForWhileTheOtherWorkerNeverRests() throws InterruptedException {
    FairExecutor pool = pool(2, CHAIN, SPIN);
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch done = new CountDownLatch(1);
    Runnable restless =
        new Runnable() {
          @Override
          public void run() {
            if (!over.get()) {
              pool.execute(this);
            }
          }
        };
    pool.execute(restless);
    pool.execute(restless);
    pool.execute(
        () -> {
          CountDownLatch inner = new CountDownLatch(1);
          pool.execute(inner::countDown);
          awaitUnchecked(inner);
          done.countDown();
        });
    assertThat(done.await(Deadline.SECONDS, SECONDS)).isTrue();
    over.set(true);
  }

  @Test
  void usesAllItsWorkersWhenThereIsWorkForThem() throws InterruptedException {
    FairExecutor pool = pool(4, CHAIN, SPIN);
    CountDownLatch together = new CountDownLatch(4);
    CountDownLatch done = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      pool.execute(
          () -> {
            together.countDown();
            awaitUnchecked(together);
            done.countDown();
          });
    }
    assertThat(done.await(Deadline.SECONDS, SECONDS)).isTrue();
  }

  @Test
  void reportsWhatATaskThrowsAndGoesOn() throws InterruptedException {
    FairExecutor pool = pool(1, CHAIN, SPIN);
    RuntimeException thrown = new IllegalStateException("a task's own");
    pool.execute(
        () -> {
          throw thrown;
        });
    CountDownLatch next = new CountDownLatch(1);
    pool.execute(next::countDown);
    next.await();
    assertThat(defects).containsExactly(thrown);
  }

  @Test
  void restsAfterATaskLeftAnInterruptBehind() throws InterruptedException {
    FairExecutor pool = pool(1, CHAIN, SPIN);
    pool.execute(() -> Thread.currentThread().interrupt());
    CountDownLatch next = new CountDownLatch(1);
    pool.execute(next::countDown);
    assertThat(next.await(Deadline.SECONDS, SECONDS)).isTrue();
  }

  @Test
  void runsWhatItHasWhenItIsShutDownAndRefusesMore() throws InterruptedException {
    FairExecutor pool = pool(2, CHAIN, SPIN);
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 10_000; i++) {
      pool.execute(ran::incrementAndGet);
    }
    pool.shutdown();
    assertThat(pool.isShutdown()).isTrue();
    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    assertThat(pool.awaitTermination(Deadline.SECONDS, SECONDS)).isTrue();
    assertThat(pool.isTerminated()).isTrue();
    assertThat(ran).hasValue(10_000);
  }

  @Test
  void givesBackWhatItHasNotBegunWhenItIsShutDownNow() throws InterruptedException {
    FairExecutor pool = pool(1, CHAIN, SPIN);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Runnable kept = () -> {};
    Runnable queued = () -> {};
    pool.execute(
        () -> {
          pool.execute(kept);
          pool.execute(queued);
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });
    begun.await();
    assertThat(pool.shutdownNow()).containsExactlyInAnyOrder(kept, queued);
    assertThat(interrupted.await(Deadline.SECONDS, SECONDS)).isTrue();
    assertThat(pool.awaitTermination(Deadline.SECONDS, SECONDS)).isTrue();
  }

  @Test
  void losesNothingToAShutdownThatRacesWithSubmitters() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      FairExecutor pool = pool(2, CHAIN, 0);
      AtomicInteger accepted = new AtomicInteger();
      Semaphore ran = new Semaphore(0);
      Thread submitter =
          new Thread(
              () -> {
                try {
                  while (true) {
                    pool.execute(ran::release);
                    accepted.incrementAndGet();
                  }
                } catch (RejectedExecutionException e) {
                  // This is what ends the loop.
                }
              });
      submitter.start();
      ran.acquire();
      pool.shutdown();
      submitter.join();
      assertThat(ran.tryAcquire(accepted.get() - 1, Deadline.SECONDS, SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, -1, 0", "1, 0, -1"})
  void refusesSizesThatNoPoolCanHave(int parallelism, int chain, long spinNanos) {
    assertThatThrownBy(() -> new FairExecutor.Size(parallelism, chain, spinNanos))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
