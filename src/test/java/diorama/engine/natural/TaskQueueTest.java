package diorama.engine.natural;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
  private final TaskQueue queue = new TaskQueue();

  @Test
  void handsOutTasksInTheOrderInWhichTheyCameAlsoAcrossSegments() {
    List<Integer> run = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      int number = i;
      queue.offer(() -> run.add(number));
    }
    for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
      task.run();
    }
    assertThat(run).hasSize(5_000).isSorted();
  }

  @Test
  void countsWhatWaits() {
    assertThat(queue.size()).isZero();
    for (int i = 0; i < 3_000; i++) {
      queue.offer(() -> {});
    }
    assertThat(queue.size()).isEqualTo(3_000);
    for (int i = 0; i < 2_000; i++) {
      queue.poll();
    }
    assertThat(queue.size()).isEqualTo(1_000);
    assertThat(queue.position()).isEqualTo(2_000);
  }

  @Test
  void staysUsableAfterManyLooksIntoAnEmptyQueue() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(queue.poll()).isNull();
    }
    Runnable task = () -> {};
    queue.offer(task);
    assertThat(queue.poll()).isSameAs(task);
    assertThat(queue.size()).isZero();
  }

  @Test
  void givesEachTaskToOneConsumerAndKeepsTheOrderOfEachProducer() throws InterruptedException {
    int producers = 4;
    int each = 50_000;
    AtomicIntegerArray runs = new AtomicIntegerArray(producers * each);
    AtomicInteger left = new AtomicInteger(producers * each);
    AtomicInteger disorder = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < producers; i++) {
      int producer = i;
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  queue.offer(new Numbered(producer, n, runs, each));
                }
              }));
    }
    for (int i = 0; i < 3; i++) {
      threads.add(
          new Thread(
              () -> {
                int[] last = new int[producers];
                Arrays.fill(last, -1);
                while (left.get() > 0) {
                  if (queue.poll() instanceof Numbered task) {
                    task.run();
                    left.decrementAndGet();
                    if (task.number <= last[task.producer]) {
                      disorder.incrementAndGet();
                    }
                    last[task.producer] = task.number;
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(disorder).hasValue(0);
    for (int i = 0; i < runs.length(); i++) {
      assertThat(runs.get(i)).isOne();
    }
  }

  private record Numbered(int producer, int number, AtomicIntegerArray runs, int each)
      implements Runnable {
    @Override
    public void run() {
      runs.incrementAndGet(producer * each + number);
    }
  }
}
