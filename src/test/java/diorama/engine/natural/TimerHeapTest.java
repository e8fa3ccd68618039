package diorama.engine.natural;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import scala.concurrent.ExecutionContext;

class TimerHeapTest {
  private final TimerHeap heap = new TimerHeap();

  @Test
  void handsOutTimersByTimeAndThoseOfOneTimeByArrivalWhateverIsRemoved() {
    SplittableRandom random = new SplittableRandom(1);
    List<MicroTimer> waiting = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int choice = random.nextInt(10);
      if (choice < 6 || waiting.isEmpty()) {
        MicroTimer timer = timer(random.nextInt(100));
        heap.add(timer);
        waiting.add(timer);
      } else if (choice < 8) {
        heap.remove(waiting.remove(random.nextInt(waiting.size())));
      } else {
        MicroTimer first = heap.first();
        assertThat(first).isSameAs(waiting.stream().min(TimerHeapTest::order).orElseThrow());
        heap.remove(first);
        waiting.remove(first);
      }
      assertThat(heap.size()).isEqualTo(waiting.size());
    }
    waiting.sort(TimerHeapTest::order);
    for (MicroTimer timer : waiting) {
      assertThat(heap.first()).isSameAs(timer);
      heap.remove(timer);
    }
    assertThat(heap.first()).isNull();
  }

  @Test
  void ordersTimesOnBothSidesOfTheClocksOverflow() {
    MicroTimer after = timer(Long.MIN_VALUE + 5);
    MicroTimer before = timer(Long.MAX_VALUE - 5);
    heap.add(after);
    heap.add(before);
    assertThat(heap.first()).isSameAs(before);
  }

  private static int order(MicroTimer left, MicroTimer right) {
    return Comparator.<MicroTimer>comparingLong(timer -> timer.due)
        .thenComparingLong(timer -> timer.arrival)
        .compare(left, right);
  }

  private MicroTimer timer(long due) {
    return new MicroTimer(heap, due, () -> {}, ExecutionContext.global());
  }
}
