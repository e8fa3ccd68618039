package diorama.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import diorama.check.Check;
import diorama.check.Event;
import diorama.check.ExactlyOneEvent;
import diorama.check.Findings;
import diorama.check.Histories;
import diorama.check.History;
import diorama.check.HistoryBuilder;
import diorama.check.KernelReport;
import diorama.check.Recorded;
import diorama.check.Violation;
import diorama.check.Watch;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FlightRecorderTest {
  private static final Findings NOBODY =
      new Findings() {
        @Override
        public void found(Violation violation) {}

        @Override
        public void explained(Violation before, Violation now) {}
      };

  private final HistoryBuilder who = new HistoryBuilder();
  private final AtomicLong time = new AtomicLong();

  private FlightRecorder recorder(int frequent, int rare) {
    return new FlightRecorder(
        time::incrementAndGet,
        new FlightRecorder.Size(frequent, rare),
        new Watch(List.of(), NOBODY));
  }

  private Tracepoint point(String name, Subject subject) {
    return Tracepoint.of(name, who.process, subject);
  }

  @Test
  void eventsComeBackInOrderWithTheirTimes() {
    FlightRecorder recorder = recorder(8, 8);
    recorder.emit(point("aio_get_req", who.kiocb));
    recorder.emit(point("get_bh", who.buffer));
    recorder.report(KernelReport.Kind.HUNG_TASK, who.process, List.of(), List.of("hung"));

    assertThat(recorder.snapshot().entries())
        .extracting(Recorded::sequence)
        .containsExactly(1L, 2L, 3L);
    assertThat(recorder.snapshot().entries())
        .extracting(Recorded::nanos)
        .containsExactly(1L, 2L, 3L);
    assertThat(recorder.snapshot().reports()).hasSize(1);
  }

  @Test
  void aRequestOutlivesAnyNumberOfPageEvents() {
    FlightRecorder recorder = recorder(16, 16);
    recorder.emit(point("aio_get_req", who.kiocb));
    recorder.emit(
        new Tracepoint("drop_buffers: busy", who.process, who.page, who.buffer, "", 1, 0));
    for (int i = 0; i < 10_000; i++) {
      recorder.emit(point("get_bh", who.buffer));
    }

    History history = recorder.snapshot();
    assertThat(history.events().limit(2))
        .extracting(Event::name)
        .containsExactly("aio_get_req", "drop_buffers: busy");
    assertThat(history.entries()).hasSize(18);
    assertThat(history.rareFrom()).isEqualTo(1);
    assertThat(history.frequentFrom()).isEqualTo(10_002 - 15);
  }

  @Test
  void memoryIsBoundedByTheRings() {
    FlightRecorder recorder = recorder(32, 8);
    for (int i = 0; i < 100_000; i++) {
      recorder.emit(point("aio_get_req", who.kiocb));
      recorder.emit(point("get_bh", who.buffer));
    }
    assertThat(recorder.snapshot().entries()).hasSize(40);
    assertThat(recorder.recorded()).isEqualTo(200_000);
  }

  @Test
  void aRingHasAPowerOfTwoOfSlots() {
    assertThatThrownBy(() -> recorder(100, 8)).hasMessageContaining("100 is not a power of two");
  }

  @Test
  void snapshotsStayOrderedAndCompleteWhileOthersWrite() throws InterruptedException {
    int writers = 4;
    int each = 20_000;
    FlightRecorder recorder = recorder(1 << 17, 8);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean writing = new AtomicBoolean(true);
    List<Thread> threads = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      long writer = w;
      threads.add(
          new Thread(
              () -> {
                await(go);
                for (int i = 0; i < each; i++) {
                  recorder.emit(
                      new Tracepoint("get_bh", who.process, who.buffer, null, "", writer, i));
                }
              }));
    }
    Thread reader =
        new Thread(
            () -> {
              while (writing.get()) {
                assertOrdered(recorder.snapshot());
              }
            });
    AtomicBoolean failed = new AtomicBoolean();
    reader.setUncaughtExceptionHandler((t, e) -> failed.set(true));
    threads.forEach(Thread::start);
    reader.start();
    go.countDown();
    for (Thread t : threads) {
      t.join();
    }
    writing.set(false);
    reader.join();

    assertThat(failed).isFalse();
    History history = recorder.snapshot();
    assertThat(history.entries()).hasSize(writers * each);
    for (int w = 0; w < writers; w++) {
      long writer = w;
      assertThat(history.events().filter(e -> e.point().a() == writer).map(e -> e.point().b()))
          .isSorted()
          .hasSize(each);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertOrdered(History history) {
    long before = 0;
    for (Recorded entry : history.entries()) {
      if (entry.sequence() <= before) {
        throw new AssertionError(entry.sequence() + " after " + before);
      }
      before = entry.sequence();
    }
  }

  @Test
  void aRunningMachineAndItsRecordGiveTheSameFindings() {
    History literal = Histories.submissionFirst().build();
    List<Violation> live = new ArrayList<>();
    Findings collect =
        new Findings() {
          @Override
          public void found(Violation violation) {
            live.add(violation);
          }

          @Override
          public void explained(Violation before, Violation now) {
            live.replaceAll(v -> v.equals(before) ? now : v);
          }
        };
    FlightRecorder recorder =
        new FlightRecorder(
            time::incrementAndGet,
            FlightRecorder.Size.DEFAULT,
            new Watch(List.of(new ExactlyOneEvent()), collect));
    for (Recorded entry : literal.entries()) {
      if (entry instanceof Event event) {
        recorder.emit(event.point());
      } else if (entry instanceof KernelReport report) {
        recorder.report(report.kind(), report.context(), report.callTrace(), report.lines());
      }
    }
    assertThat(live).hasSize(1);
    assertThat(live).isEqualTo(Check.judge(recorder.snapshot(), List.of(new ExactlyOneEvent())));
  }
}
