package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.SystemCalls;
import diorama.kernel.data.Content;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** fs/aio.c since 3.12, F4 section 6. */
class RefAioTest {
  private static final IoVec BLOCK = IoVec.aligned(Content.stamped(1, 0, 8));

  private static final Duration DEADLINE = Duration.ofSeconds(Deadline.SECONDS);

  private AioMachine machine = machine("linux-4.2");
  private SystemCalls calls = machine.calls();

  private static AioMachine machine(String kernel) {
    return new AioMachine(AioSections.kernel(kernel));
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private void use(AioMachine other) {
    machine.close();
    machine = other;
    calls = other.calls();
  }

  private int open() {
    return machine.run(calls.open("file", OpenFlags.READ_WRITE.withDirect())).intValue();
  }

  private long ioctx(long events) {
    AioContexts.Setup setup = machine.run(calls.ioSetup(events));
    assertThat(setup.result()).isZero();
    return setup.ctxId();
  }

  private long submit(long ctx, IoSubmission... iocbs) {
    return machine.run(calls.ioSubmit(ctx, List.of(iocbs)));
  }

  private static IoSubmission write(long address, int fd) {
    return IoSubmission.pwrite(address, 0, fd, BLOCK, 0);
  }

  private EventsRead events(long ctx, long min, long nr) {
    return machine.run(calls.ioGetevents(ctx, min, nr, null));
  }

  private List<String> trace(String... names) {
    List<String> wanted = List.of(names);
    return machine.trace.stream().map(Tracepoint::name).filter(wanted::contains).toList();
  }

  // ---- one request ----

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.2", "linux-4.9", "linux-5.0", "linux-5.1"})
  void aRequestHasOneEventAndGivesItsMemoryBack(String kernel) {
    use(machine(kernel));
    int fd = open();
    long ctx = ioctx(8);
    assertThat(submit(ctx, IoSubmission.pwrite(0x1000, 42, fd, BLOCK, 8192))).isEqualTo(1);
    assertThat(machine.inUse().kiocbs()).isEqualTo(1);
    machine.completeOne(4096);
    assertThat(events(ctx, 1, 8))
        .isEqualTo(new EventsRead(1, List.of(new IoEvent(0x1000, 42, 4096, 0))));
    assertThat(machine.inUse().kiocbs()).isZero();
    assertThat(machine.run(calls.ioDestroy(ctx))).isZero();
    assertThat(machine.run(calls.close(fd))).isZero();
    await().atMost(DEADLINE).untilAsserted(() -> assertThat(machine.inUse().nothing()).isTrue());
    assertThat(trace("use after free")).isEmpty();
  }

  @Test
  void aPartIsTheResultAndNothingIsRunAgain() {
    long ctx = ioctx(8);
    machine.results.addAll(List.of(1024L, 3072L));
    submit(ctx, write(1, open()));
    assertThat(machine.calls).containsExactly("write 4096@0");
    assertThat(events(ctx, 1, 1).events()).extracting(IoEvent::res).containsExactly(1024L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.2", "linux-5.1"})
  void anErrorOfTheFileIsAnEventAndOneBeforeItIsTheResult(String kernel) {
    use(machine(kernel));
    long ctx = ioctx(8);
    int fd = open();
    int readOnly = machine.run(calls.open("file", OpenFlags.READ_ONLY)).intValue();
    machine.results.add((long) -Errno.EIO);
    assertThat(submit(ctx, write(1, fd))).isEqualTo(1);
    assertThat(events(ctx, 1, 1).events()).extracting(IoEvent::res).containsExactly(-5L);
    assertThat(submit(ctx, write(1, 77))).isEqualTo(-Errno.EBADF);
    assertThat(submit(ctx, write(1, readOnly))).isEqualTo(-Errno.EBADF);
    assertThat(submit(ctx, write(1, fd), write(2, 77))).isEqualTo(1);
    assertThat(submit(ctx + 1, write(1, fd))).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioCancel(ctx, 1))).isEqualTo(-Errno.EINVAL);
    machine.completeOne(4096);
    assertThat(machine.inUse().kiocbs()).isZero();
  }

  // ---- slots ----

  @Test
  void aContextHasRoomForMoreThanItWasAskedForAndSlotsReturnWhenEventsAreRead() {
    long ctx = ioctx(1);
    int fd = open();
    int slots = 126;
    for (int i = 0; i < slots; i++) {
      machine.results.add(4096L);
      assertThat(submit(ctx, write(i, fd))).isEqualTo(1);
    }
    assertThat(submit(ctx, write(200, fd))).isEqualTo(-Errno.EAGAIN);
    assertThat(events(ctx, 3, 3).result()).isEqualTo(3);
    machine.results.addAll(List.of(4096L, 4096L, 4096L));
    assertThat(submit(ctx, write(200, fd), write(201, fd), write(202, fd), write(203, fd)))
        .isEqualTo(3);
    assertThat(events(ctx, 1, 1000).result()).isEqualTo(slots);
  }

  @Test
  void tooManyRequestsOfAllContextsAreRefused() {
    assertThat(machine.run(calls.ioSetup(0)).result()).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioSetup(70_000)).result()).isEqualTo(-Errno.EAGAIN);
    assertThat(machine.run(calls.ioSetup(0x10000000L)).result()).isEqualTo(-Errno.EINVAL);
    long first = ioctx(60_000);
    assertThat(machine.run(calls.ioSetup(10_000)).result()).isEqualTo(-Errno.EAGAIN);
    machine.run(calls.ioDestroy(first));
    ioctx(10_000);
  }

  // ---- waiting ----

  @Test
  void ioDestroyWaitsForWhatIsInFlight() {
    long ctx = ioctx(8);
    submit(ctx, write(1, open()));
    CompletableFuture<Long> destroyed = machine.start(machine.process, calls.ioDestroy(ctx));
    await().atMost(DEADLINE).until(() -> machine.inUse().aioNr() == 0);
    assertThat(destroyed).isNotDone();
    machine.completeOne(4096);
    assertThat(AioMachine.await(destroyed)).isZero();
    assertThat(submit(ctx, write(1, 3))).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void exitAioWaitsForAllContextsTogether() {
    long one = ioctx(8);
    long two = ioctx(8);
    int fd = open();
    submit(one, write(1, fd));
    submit(two, write(2, fd));
    CompletableFuture<?> exited = machine.start(machine.process, machine.files.exitAio());
    machine.completeOne(4096);
    await().atMost(DEADLINE).until(() -> machine.inUse().kioctxs() == 1);
    assertThat(exited).isNotDone();
    machine.completeOne(4096);
    AioMachine.await(exited);
    await().atMost(DEADLINE).until(() -> machine.inUse().kioctxs() == 0);
  }

  @Test
  void ioGeteventsReturnsWhatItHasWhenTimeIsUpAndEinvalWhenTheContextGoes() {
    long ctx = ioctx(8);
    machine.results.add(4096L);
    submit(ctx, write(1, open()));
    assertThat(machine.run(calls.ioGetevents(ctx, 2, 2, Duration.ofMillis(1))).result())
        .isEqualTo(1);
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, Duration.ZERO)).result()).isZero();
    assertThat(machine.run(calls.ioGetevents(ctx, 2, 1, null)).result()).isEqualTo(-Errno.EINVAL);
    CompletableFuture<EventsRead> read = inThread(calls.ioGetevents(ctx, 1, 1, null));
    machine.run(calls.ioDestroy(ctx));
    assertThat(AioMachine.await(read).result()).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void ioGeteventsSleepsUntilThereAreEnough() {
    long ctx = ioctx(8);
    int fd = open();
    submit(ctx, write(1, fd), write(2, fd));
    CompletableFuture<EventsRead> read =
        machine.start(machine.process, calls.ioGetevents(ctx, 2, 8, null));
    machine.completeOne(4096);
    machine.completeOne(512);
    assertThat(AioMachine.await(read).events())
        .extracting(IoEvent::res)
        .containsExactly(4096L, 512L);
  }

  @Test
  void aSignalEndsTheSleepWithEintr() {
    long ctx = ioctx(8);
    CompletableFuture<EventsRead> reading =
        machine.start(
            machine.process,
            machine.aio.sysIoGetevents(machine.files, ctx, 1, 1, UserAccess.ALL, null));
    machine.process.tell(new ContextActor.Signal(15));
    assertThat(AioMachine.await(reading).result()).isEqualTo(-Errno.EINTR);
  }

  @Test
  void aFaultLosesNoEvent() {
    long ctx = ioctx(8);
    machine.results.add(4096L);
    submit(ctx, write(1, open()));
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, UserAccess.NONE, null)).result())
        .isEqualTo(-Errno.EFAULT);
    assertThat(events(ctx, 1, 1).result()).isEqualTo(1);
  }

  // ---- references ----

  private <T> CompletableFuture<T> inThread(Step<T> step) {
    return machine.start(machine.context(Context.Kind.PROCESS, "thread", 101), step);
  }

  /**
   * The method has queued its request; before it returns the descriptor is closed, the request is
   * completed, and what nobody holds any more is freed: it was on its way before another file that
   * is.
   *
   * @return what was used after it was freed
   */
  private List<String> usedAfterCompletionAndClose(String kernel, AfterFree afterFree) {
    use(new AioMachine(AioSections.kernel(kernel), afterFree, new Mm()));
    int fd = open();
    int other = open();
    FilpRef later = Objects.requireNonNull(machine.files.fcheck(other)).file().filp();
    long ctx = ioctx(8);
    machine.holdsBack = true;
    ActorRef<ContextActor.Command> thread = machine.context(Context.Kind.PROCESS, "holder", 102);
    AioMachine.await(machine.start(thread, InodeActor.mutexLock(machine.barrier)));
    CompletableFuture<Long> submitted =
        machine.start(machine.process, calls.ioSubmit(ctx, List.of(write(1, fd))));
    await().atMost(DEADLINE).until(() -> !machine.inFlight.isEmpty());
    AioMachine.await(inThread(calls.close(fd)));
    machine.completeOne(4096);
    AioMachine.await(
        machine.start(machine.context(Context.Kind.KTHREAD, "kworker", 8), calls.close(other)));
    await().atMost(DEADLINE).until(() -> isFreed(later));
    AioMachine.await(machine.start(thread, InodeActor.mutexUnlock(machine.barrier)));
    if (machine.reports.isEmpty() && afterFree != AfterFree.POISONED) {
      assertThat(AioMachine.await(submitted)).isEqualTo(1);
      assertThat(events(ctx, 1, 1).events()).hasSize(1);
    } else {
      await().atMost(DEADLINE).until(() -> !machine.reports.isEmpty());
    }
    return machine.trace.stream()
        .filter(t -> t.name().equals("use after free"))
        .map(Tracepoint::detail)
        .toList();
  }

  private boolean isFreed(FilpRef filp) {
    return machine.trace.stream()
        .anyMatch(t -> t.name().equals("kmem_cache_free filp") && filp.equals(t.subject()));
  }

  @Test
  void upTo48TheInodeAndTheFileAreUsedAfterTheCompletionHasGivenThemBack() {
    assertThat(usedAfterCompletionAndClose("linux-4.8", AfterFree.INTACT))
        .containsExactly(
            "ext3_file_write uses the inode and finds FREED",
            "file_end_write reads the file and finds FREED");
  }

  @Test
  void inPoisonedMemoryTheSubmitterDiesOfIt() {
    assertThat(usedAfterCompletionAndClose("linux-4.2", AfterFree.POISONED)).hasSize(2);
    assertThat(machine.reports).hasSize(1);
    assertThat(machine.reports.get(0).trace()).contains("aio_run_iocb", "io_submit_one");
  }

  @Test
  void from49OnTheSubmitterHoldsTheFile() {
    assertThat(usedAfterCompletionAndClose("linux-4.9", AfterFree.INTACT)).isEmpty();
  }

  @Test
  void from418To50OnlyTheInodeIsWithoutAReference() {
    assertThat(usedAfterCompletionAndClose("linux-5.0", AfterFree.INTACT))
        .containsExactly("ext3_file_write uses the inode and finds FREED");
  }

  @Test
  void from51OnTheRequestHoldsTheFileAndItsEventComesWhenTheSubmitterIsThrough() {
    assertThat(usedAfterCompletionAndClose("linux-5.1", AfterFree.INTACT)).isEmpty();
    assertThat(trace("aio_run_iocb: returned", "iocb_put", "aio_complete", "event"))
        .containsExactly("iocb_put", "aio_run_iocb: returned", "iocb_put", "aio_complete", "event");
  }

  @Test
  void threadsShareTheirDescriptors() {
    TaskFiles thread = machine.files.forThread();
    SystemCalls threads = machine.calls(thread);
    int fd = machine.run(threads.open("file", OpenFlags.READ_WRITE)).intValue();
    assertThat(machine.run(calls.fstat(fd))).isZero();
    assertThat(machine.run(calls.close(fd))).isZero();
    assertThat(machine.run(threads.fstat(fd))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(threads.close(fd))).isEqualTo(-Errno.EBADF);
  }

  @Test
  void aChildOfAProcessWithThreadsHasDescriptorsOfItsOwn() {
    int fd = open();
    machine.files.forThread();
    SystemCalls child = machine.calls(machine.run(machine.files.forChild()));
    assertThat(machine.run(child.close(fd))).isZero();
    assertThat(machine.run(child.fstat(fd))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(calls.fstat(fd))).isZero();
  }
}
