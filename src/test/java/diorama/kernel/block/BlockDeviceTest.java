package diorama.kernel.block;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.Errno;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.block.DeviceFaults.Fault;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.RecordingCaller;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockDeviceTest {
  private final FakeTimer timer = new FakeTimer();
  private final List<List<BioEnd>> interrupts = new ArrayList<>();
  private final List<Long> interruptTimes = new ArrayList<>();
  private final Context p = new Context(Context.Kind.PROCESS, "p", 1);
  private DeviceFaults faults = DeviceFaults.NONE;
  private BlockDevice q = device(Devices.disk());

  private BlockDevice device(DeviceParameters parameters) {
    return new BlockDevice(
        parameters,
        new Chance(1),
        (rw, sector, sectors) -> faults.of(rw, sector, sectors),
        Tracer.NONE,
        new KernelTimers(1),
        timer,
        this::interrupt);
  }

  /** What {@link BlockSoftirq} does, without a context. */
  private void interrupt(BlockRequest rq) {
    interrupts.add(rq.ends);
    interruptTimes.add(timer.now());
    q.deviceUnbusy();
    q.endThatRequestLast(rq);
    q.runQueue(p);
  }

  private RecordingCaller<Boolean> submit(Bio bio) {
    RecordingCaller<Boolean> caller = RecordingCaller.process("p");
    q.makeRequest(caller, bio, false, false);
    return caller;
  }

  private void submitSync(Bio bio) {
    q.makeRequest(RecordingCaller.process("p"), bio, true, false);
  }

  private List<List<Long>> ended() {
    return interrupts.stream()
        .map(ends -> ends.stream().map(end -> end.bio().number()).toList())
        .toList();
  }

  @Test
  void aBioThatBeginsWhereARequestEndsJoinsItAndOneInterruptEndsBoth() {
    submit(Devices.write(1, 100, 8));
    submit(Devices.write(2, 108, 8));
    q.unplug(p);
    timer.runAll();
    assertThat(ended()).containsExactly(List.of(1L, 2L));
    assertThat(q.atRest()).isTrue();
  }

  @Test
  void aBioThatEndsWhereARequestBeginsGoesInFrontOfIt() {
    submit(Devices.write(1, 108, 8));
    submit(Devices.write(2, 100, 8));
    q.unplug(p);
    timer.runAll();
    assertThat(ended()).containsExactly(List.of(2L, 1L));
  }

  @Test
  void aBioThatFillsAGapMakesOneRequestOfTwo() {
    submit(Devices.write(1, 100, 8));
    submit(Devices.write(3, 116, 8));
    submit(Devices.write(2, 108, 8));
    q.unplug(p);
    timer.runAll();
    assertThat(ended()).containsExactly(List.of(1L, 2L, 3L));
    assertThat(q.atRest()).isTrue();
  }

  @Test
  void aReadNeverJoinsAWriteAndNoRequestGrowsBeyondTheLongest() {
    submit(Devices.write(1, 0, 1020));
    submit(Devices.write(2, 1020, 8));
    submit(Devices.read(3, 1028, 8));
    q.unplug(p);
    timer.runAll();
    assertThat(ended()).containsExactly(List.of(1L), List.of(2L), List.of(3L));
  }

  @Test
  void aPluggedQueueWaitsForTheFourthRequest() {
    submit(Devices.write(1, 100, 8));
    submit(Devices.write(2, 200, 8));
    submit(Devices.write(3, 300, 8));
    assertThat(q.drive().atRest()).isTrue();
    submit(Devices.write(4, 400, 8));
    timer.next();
    assertThat(q.drive().atRest()).isFalse();
  }

  @Test
  void aPluggedQueueIsUnpluggedAfterThreeMilliseconds() {
    submit(Devices.write(1, 100, 8));
    timer.runAll();
    assertThat(interruptTimes).containsExactly(3_000_000L + 10_000 + 1_000_000 + 8_000);
  }

  @Test
  void theTimerOfAnOldPlugDoesNotPullANewOne() {
    submitSync(Devices.write(1, 100, 8));
    while (interrupts.isEmpty()) {
      timer.next();
    }
    submit(Devices.write(2, 108, 8));
    long pluggedAt = timer.now();
    timer.runAll();
    assertThat(interruptTimes.get(1)).isEqualTo(pluggedAt + 3_000_000 + 10_000 + 8_000);
  }

  @Test
  void aSynchronousWriteLeavesTheQueueUnplugged() {
    submitSync(Devices.write(1, 100, 8));
    timer.next();
    assertThat(q.drive().atRest()).isFalse();
  }

  @Test
  void aDiskIsServedOneWayBySector() {
    submitSync(Devices.write(1, 500, 8));
    submit(Devices.write(2, 100, 8));
    submit(Devices.write(3, 900, 8));
    submit(Devices.write(4, 600, 8));
    submit(Devices.write(5, 50, 8));
    timer.runAll();
    assertThat(ended())
        .containsExactly(List.of(1L), List.of(4L), List.of(3L), List.of(5L), List.of(2L));
  }

  @Test
  void aParallelDeviceIsServedInTheOrderOfArrivalAndSharesItsBandwidth() {
    q = device(Devices.flash());
    submitSync(Devices.write(1, 500, 100));
    submitSync(Devices.write(2, 100, 100));
    submitSync(Devices.write(3, 900, 100));
    timer.runAll();
    assertThat(ended()).containsExactly(List.of(1L), List.of(2L), List.of(3L));
    assertThat(interruptTimes).containsExactly(110_000L, 210_000L, 310_000L);
  }

  @Test
  void whatFollowsItsPredecessorNeedsNoSeek() {
    submitSync(Devices.write(1, 100, 8));
    timer.runAll();
    long first = interruptTimes.get(0);
    long start = timer.now();
    submitSync(Devices.write(2, 108, 8));
    while (interrupts.size() < 2) {
      timer.next();
    }
    assertThat(first).isEqualTo(10_000 + 1_000_000 + 8_000);
    assertThat(interruptTimes.get(1) - start).isEqualTo(10_000 + 8_000);
  }

  @Test
  void nothingPassesABarrier() {
    q = device(Devices.flash());
    submit(Devices.write(1, 500, 8));
    submit(Devices.barrier(2, 100, 8));
    submitSync(Devices.write(3, 50, 8));
    timer.next();
    timer.next();
    assertThat(ended()).hasSizeLessThan(3);
    timer.runAll();
    assertThat(ended()).containsExactly(List.of(1L), List.of(2L), List.of(3L));
  }

  @Test
  void aCachedWriteIsAnsweredBeforeItIsDurable() {
    q = device(Devices.cachedDisk(64));
    submitSync(Devices.write(1, 100, 8));
    while (interrupts.isEmpty()) {
      timer.next();
    }
    assertThat(timer.now()).isEqualTo(15_000);
    Content written = Content.stamped(1, 0, 8);
    assertThat(q.drive().read(100, 8).sameAs(written)).isTrue();
    assertThat(q.drive().readDurable(100, 8).sameAs(Content.zeros(8))).isTrue();
    timer.runAll();
    assertThat(q.drive().readDurable(100, 8).sameAs(written)).isTrue();
  }

  @Test
  void aBarrierEndsWhenEarlierCachedWritesAreDurable() {
    q = device(Devices.cachedDisk(64));
    submitSync(Devices.write(1, 100, 8));
    submit(Devices.barrier(2, 500, 8));
    while (interrupts.size() < 2) {
      timer.next();
    }
    assertThat(ended()).containsExactly(List.of(1L), List.of(2L));
    assertThat(q.drive().readDurable(100, 8).sameAs(Content.stamped(1, 0, 8))).isTrue();
    assertThat(q.drive().readDurable(500, 8).sameAs(Content.stamped(2, 0, 8))).isTrue();
  }

  @Test
  void aFlushSleepsUntilTheCacheIsEmpty() {
    q = device(Devices.cachedDisk(64));
    submitSync(Devices.write(1, 100, 8));
    while (interrupts.isEmpty()) {
      timer.next();
    }
    RecordingCaller<Done> caller = RecordingCaller.process("p");
    q.issueFlush(caller);
    assertThat(caller.isAnswered()).isFalse();
    timer.runAll();
    assertThat(caller.wakeups()).isEqualTo(1);
    assertThat(q.atRest()).isTrue();
  }

  @Test
  void aWriteThatDoesNotFitIntoTheCacheGoesToTheMediaAtOnce() {
    q = device(Devices.cachedDisk(8));
    submitSync(Devices.write(1, 100, 16));
    while (interrupts.isEmpty()) {
      timer.next();
    }
    assertThat(q.drive().readDurable(100, 16).sameAs(Content.stamped(1, 0, 16))).isTrue();
  }

  @Test
  void anOlderCachedWriteDoesNotReturnOverANewerOne() {
    q = device(Devices.cachedDisk(8));
    submitSync(Devices.write(1, 100, 8));
    submitSync(Devices.write(2, 96, 16));
    timer.runAll();
    assertThat(q.drive().readDurable(96, 16).sameAs(Content.stamped(2, 0, 16))).isTrue();
    assertThat(q.drive().read(96, 16).sameAs(Content.stamped(2, 0, 16))).isTrue();
  }

  @Test
  void whoFindsNoFreeRequestSleepsUntilOneIsFree() {
    for (int i = 0; i < 16; i++) {
      assertThat(submit(Devices.write(i + 1, i * 100L, 8)).answers()).containsExactly(true);
    }
    RecordingCaller<Boolean> late = submit(Devices.write(17, 5000, 8));
    RecordingCaller<Boolean> reader = submit(Devices.read(18, 6000, 8));
    assertThat(late.isAnswered()).isFalse();
    assertThat(reader.answers()).containsExactly(true);
    while (interrupts.isEmpty()) {
      timer.next();
    }
    assertThat(late.answers()).containsExactly(false);
    q.makeRequest(RecordingCaller.process("p"), Devices.write(17, 5000, 8), false, true);
    timer.runAll();
    assertThat(interrupts).hasSize(18);
    assertThat(q.atRest()).isTrue();
  }

  @Test
  void aBadSectorFailsItsBioAndThoseBehindItInTheRequestOnly() {
    faults = (rw, sector, sectors) -> new Fault((int) Math.min(sectors, 110 - sector), 0);
    submit(Devices.write(1, 100, 8));
    submit(Devices.write(2, 108, 8));
    submit(Devices.write(3, 116, 8));
    q.unplug(p);
    timer.runAll();
    assertThat(interrupts.get(0).stream().map(BioEnd::error))
        .containsExactly(0L, (long) -Errno.EIO, (long) -Errno.EIO);
    Content onMedia = q.drive().readDurable(108, 8);
    assertThat(onMedia.slice(0, 2).sameAs(Content.stamped(2, 0, 2))).isTrue();
    assertThat(onMedia.slice(2, 6).sameAs(Content.zeros(6))).isTrue();
  }

  @Test
  void aReadReturnsWhatWasWrittenAndZerosElsewhere() {
    submitSync(Devices.write(1, 104, 4));
    submitSync(Devices.read(2, 100, 12));
    timer.runAll();
    Content data = interrupts.get(1).get(0).data();
    assertThat(data.slice(0, 4).sameAs(Content.zeros(4))).isTrue();
    assertThat(data.slice(4, 4).sameAs(Content.stamped(1, 0, 4))).isTrue();
    assertThat(data.slice(8, 4).sameAs(Content.zeros(4))).isTrue();
  }
}
