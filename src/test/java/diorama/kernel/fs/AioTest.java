package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.SystemCalls;
import diorama.kernel.data.Content;
import diorama.kernel.fs.IoSubmission.Opcode;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.tracepoint.Tracepoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AioTest {
  private static final IoVec BLOCK = IoVec.aligned(Content.stamped(1, 0, 8));

  private AioMachine machine = new AioMachine(AioSections.LINUX_2_6_20);
  private SystemCalls calls = machine.calls();

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

  private long ioctx() {
    AioContexts.Setup setup = machine.run(calls.ioSetup(8));
    assertThat(setup.result()).isZero();
    return setup.ctxId();
  }

  private long submit(long ctx, IoSubmission... iocbs) {
    return machine.run(calls.ioSubmit(ctx, List.of(iocbs)));
  }

  private static IoSubmission write(long address, int fd) {
    return IoSubmission.pwrite(address, 0, fd, BLOCK, 0);
  }

  private static IoSubmission like(IoSubmission s, Opcode opcode, boolean reserved, UserAccess a) {
    return new IoSubmission(
        s.address(), s.data(), opcode, s.fd(), s.source(), s.sink(), s.offset(), reserved, a);
  }

  // ---- one request ----

  @Test
  void aQueuedRequestCompletesInInterruptAndGivesItsMemoryBack() {
    int fd = open();
    long ctx = ioctx();
    assertThat(submit(ctx, IoSubmission.pwrite(0x1000, 42, fd, BLOCK, 8192))).isEqualTo(1);
    assertThat(machine.inUse().kiocbs()).isEqualTo(1);

    machine.completeOne(4096);

    EventsRead events = machine.run(calls.ioGetevents(ctx, 1, 1, null));
    assertThat(events).isEqualTo(new EventsRead(1, List.of(new IoEvent(0x1000, 42, 4096, 0))));
    assertThat(machine.inUse().kiocbs()).isZero();
    assertThat(machine.trace.stream().map(Tracepoint::name).filter(n -> !n.startsWith("sys")))
        .containsExactly(
            "aio_get_req",
            "write: begin",
            "aio_run_iocb: returned",
            "aio_put_req",
            "aio_complete",
            "event",
            "kmem_cache_free kiocb",
            "io_getevents: read");
  }

  @Test
  void anErrorOfTheOperationIsAnEventAndNotTheResultOfTheSubmission() {
    long ctx = ioctx();
    machine.results.add((long) -Errno.EIO);
    assertThat(submit(ctx, write(1, open()))).isEqualTo(1);
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, null)).events())
        .extracting(IoEvent::res)
        .containsExactly((long) -Errno.EIO);
  }

  @Test
  void aPartialTransferGoesOnWhereItStopped() {
    long ctx = ioctx();
    machine.results.addAll(List.of(1024L, 3072L));
    submit(ctx, IoSubmission.pwrite(1, 0, open(), BLOCK, 8192));
    assertThat(machine.calls).containsExactly("write 4096@8192", "write 3072@9216");
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, null)).events().get(0).res())
        .isEqualTo(4096);
  }

  @Test
  void aReadThatEndsAtTheEndOfTheFileReturnsWhatItGot() {
    long ctx = ioctx();
    machine.results.addAll(List.of(300L, 0L));
    submit(ctx, IoSubmission.pread(1, 0, open(), new ReadBuffer(0x1000, 4096), 0));
    assertThat(machine.calls).containsExactly("read 4096@0", "read 3796@300");
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, null)).events().get(0).res())
        .isEqualTo(300);
  }

  @Test
  void anErrorAfterAPartIsTheResult() {
    long ctx = ioctx();
    machine.results.addAll(List.of(1024L, (long) -Errno.EIO));
    submit(ctx, write(1, open()));
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, null)).events().get(0).res())
        .isEqualTo(-Errno.EIO);
  }

  @Test
  void aRequestThatWasKickedRunsAgainInTheWorker() {
    long ctx = ioctx();
    machine.results.addAll(List.of((long) -Errno.EIOCBRETRY, 4096L));
    assertThat(submit(ctx, write(1, open()))).isEqualTo(1);
    Kiocb iocb = (Kiocb) machine.trace.get(machine.trace.size() - 2).subject();
    AioMachine.await(machine.start(machine.interrupt, machine.aio.kickIocb(iocb)));
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, null)).events().get(0).res())
        .isEqualTo(4096);
    await().atMost(Deadline.DURATION).until(() -> machine.inUse().kiocbs() == 0);
  }

  @Test
  void withLeonidsPatchAMarkedRequestIsDoneOnceMoreAndCompletedThen() {
    try (AioMachine patched =
        new AioMachine(new KernelProfile("pgbusy", Set.of(Fix.LEONID_PGBUSY), Map.of()))) {
      SystemCalls sys = patched.calls();
      int fd = patched.run(sys.open("file", OpenFlags.READ_WRITE.withDirect())).intValue();
      long ctx = patched.run(sys.ioSetup(1)).ctxId();
      assertThat(patched.run(sys.ioSubmit(ctx, 1, List.of(write(1, fd))))).isEqualTo(1);
      Kiocb iocb = patched.inFlight.remove();
      patched.run(patched.aio.kiocbSetPgBusy(iocb));

      assertThat(
              AioMachine.await(patched.start(patched.interrupt, patched.aio.retryIfPgBusy(iocb))))
          .isTrue();
      await().atMost(Deadline.DURATION).until(() -> patched.calls.size() == 2);
      await().atMost(Deadline.DURATION).until(() -> !patched.inFlight.isEmpty());
      assertThat(
              AioMachine.await(patched.start(patched.interrupt, patched.aio.retryIfPgBusy(iocb))))
          .isFalse();
      patched.completeOne(4096);
      assertThat(patched.run(sys.ioGetevents(ctx, 1, 1, null)).events()).hasSize(1);
      assertThat(patched.calls).containsExactly("write 4096@0", "write 4096@0");
      await().atMost(Deadline.DURATION).until(() -> patched.inUse().kiocbs() == 0);
    }
  }

  // ---- errors ----

  @Test
  void ioSubmitRefusesWhatItCannotRun() {
    int fd = open();
    int readOnly = machine.run(calls.open("file", OpenFlags.READ_ONLY)).intValue();
    int writeOnly = machine.run(calls.open("file", OpenFlags.WRITE_ONLY)).intValue();
    long ctx = ioctx();
    IoSubmission good = write(1, fd);
    assertThat(machine.run(calls.ioSubmit(ctx, -1, List.of()))).isEqualTo(-Errno.EINVAL);
    assertThat(submit(ctx + 1, good)).isEqualTo(-Errno.EINVAL);
    assertThat(submit(ctx)).isZero();
    assertThat(machine.run(calls.ioSubmit(ctx, 1, List.of()))).isEqualTo(-Errno.EFAULT);
    assertThat(submit(ctx, like(good, Opcode.PWRITE, false, UserAccess.NONE)))
        .isEqualTo(-Errno.EFAULT);
    assertThat(submit(ctx, like(good, Opcode.PWRITE, false, UserAccess.READ_ONLY)))
        .isEqualTo(-Errno.EFAULT);
    assertThat(submit(ctx, like(good, Opcode.PWRITE, true, UserAccess.ALL)))
        .isEqualTo(-Errno.EINVAL);
    assertThat(submit(ctx, like(good, Opcode.FSYNC, false, UserAccess.ALL)))
        .isEqualTo(-Errno.EINVAL);
    assertThat(submit(ctx, like(good, Opcode.UNKNOWN, false, UserAccess.ALL)))
        .isEqualTo(-Errno.EINVAL);
    assertThat(submit(ctx, write(1, 99))).isEqualTo(-Errno.EBADF);
    assertThat(submit(ctx, write(1, readOnly))).isEqualTo(-Errno.EBADF);
    assertThat(submit(ctx, IoSubmission.pread(1, 0, writeOnly, new ReadBuffer(0x1000, 512), 0)))
        .isEqualTo(-Errno.EBADF);
    IoVec kernelMemory = new IoVec(0xBFFFF000L, 8192, Content.zeros(16), 8192);
    assertThat(submit(ctx, IoSubmission.pwrite(1, 0, fd, kernelMemory, 0)))
        .isEqualTo(-Errno.EFAULT);
    assertThat(machine.inUse().kiocbs()).as("what was refused is freed").isZero();
    assertThat(machine.run(calls.ioDestroy(ctx))).isZero();
    assertThat(machine.inUse().nothing()).isTrue();
  }

  @Test
  void theRequestsBeforeTheRefusedOneCount() {
    long ctx = ioctx();
    int fd = open();
    assertThat(submit(ctx, write(1, fd), write(2, fd), write(3, 99), write(4, fd))).isEqualTo(2);
    assertThat(machine.inFlight).hasSize(2);
  }

  @Test
  void aFullRingRefusesWithEagain() {
    long ctx = ioctx();
    int fd = open();
    IoSubmission[] many = new IoSubmission[130];
    java.util.Arrays.setAll(many, i -> write(i, fd));
    assertThat(submit(ctx, many)).isEqualTo(126);
    assertThat(submit(ctx, write(1, fd))).isEqualTo(-Errno.EAGAIN);
    machine.completeOne(4096);
    assertThat(submit(ctx, write(1, fd))).as("unread events take room").isEqualTo(-Errno.EAGAIN);
    machine.run(calls.ioGetevents(ctx, 1, 1, null));
    assertThat(submit(ctx, write(1, fd))).isEqualTo(1);
  }

  @Test
  void ioSetupRefusesBadSizesAndBadMemory() {
    assertThat(machine.run(calls.ioSetup(0)).result()).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioSetup(1, 5, UserAccess.ALL)).result()).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioSetup(0x10000000L)).result()).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioSetup(0x10001)).result()).isEqualTo(-Errno.EAGAIN);
    assertThat(machine.run(calls.ioSetup(1, 0, UserAccess.NONE)).result()).isEqualTo(-Errno.EFAULT);
    assertThat(machine.run(calls.ioSetup(1, 0, UserAccess.READ_ONLY)).result())
        .isEqualTo(-Errno.EFAULT);
    assertThat(machine.inUse().nothing()).isTrue();
    assertThat(machine.run(calls.ioSetup(0x10000)).result()).isZero();
    assertThat(machine.run(calls.ioSetup(1)).result()).as("aio_max_nr").isEqualTo(-Errno.EAGAIN);
    assertThat(machine.inUse().kioctxs()).isEqualTo(1);
  }

  @Test
  void ioSetupWithoutRoomToMapTheRingIsEnomem() {
    use(new AioMachine(AioSections.LINUX_2_6_20, AfterFree.REUSED, new Mm(1)));
    assertThat(machine.run(calls.ioSetup(10_000)).result()).isEqualTo(-Errno.ENOMEM);
    assertThat(machine.inUse().nothing()).isTrue();
    assertThat(machine.run(calls.ioSetup(1)).result()).isZero();
  }

  @Test
  void ioGeteventsChecksItsNumbersAndLosesAnEventThatItCannotStore() {
    long ctx = ioctx();
    Duration none = Duration.ZERO;
    assertThat(machine.run(calls.ioGetevents(ctx + 1, 0, 1, none)).result())
        .isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioGetevents(ctx, 2, 1, none)).result()).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioGetevents(ctx, -1, 1, none)).result()).isEqualTo(-Errno.EINVAL);
    machine.results.add(4096L);
    submit(ctx, write(1, open()));
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, UserAccess.NONE, none)).result())
        .isEqualTo(-Errno.EFAULT);
    assertThat(machine.run(calls.ioGetevents(ctx, 0, 1, none)).result()).isZero();
  }

  @Test
  void ioCancelAndIoDestroyKnowTheirContextOnly() {
    long ctx = ioctx();
    submit(ctx, write(1, open()));
    assertThat(machine.run(calls.ioCancel(ctx, 1))).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioCancel(ctx + 1, 1))).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.ioDestroy(ctx + 1))).isEqualTo(-Errno.EINVAL);
    machine.completeOne(4096);
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, null)).events()).hasSize(1);
  }

  // ---- older kernels ----

  @Test
  void beforeTheRetryInfrastructureTheSubmitterGaveBackItsReferenceFirst() {
    assertThat(endOfAFailedRequest("linux-2.6.6"))
        .containsExactly("aio_put_req", "aio_complete", "kmem_cache_free kiocb");
    assertThat(endOfAFailedRequest("linux-2.6.11"))
        .containsExactly("aio_complete", "aio_put_req", "kmem_cache_free kiocb");
  }

  private List<String> endOfAFailedRequest(String kernel) {
    use(new AioMachine(AioSections.kernel(kernel)));
    long ctx = ioctx();
    machine.results.add((long) -Errno.EIO);
    assertThat(submit(ctx, write(1, open()))).isEqualTo(1);
    return machine.trace.stream()
        .map(Tracepoint::name)
        .filter(n -> n.endsWith("_put_req") || n.equals("aio_complete") || n.endsWith("free kiocb"))
        .toList();
  }

  @Test
  void beforeTheRetryInfrastructureAPartialTransferWasTheResult() {
    use(new AioMachine(AioSections.kernel("linux-2.6.6")));
    long ctx = ioctx();
    machine.results.addAll(List.of(1024L, 3072L));
    submit(ctx, IoSubmission.pwrite(1, 0, open(), BLOCK, 8192));
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, null)).events().get(0).res())
        .isEqualTo(1024);
  }

  @Test
  void upTo2613IoCancelSaidTryAgain() {
    use(new AioMachine(AioSections.kernel("linux-2.6.12")));
    long ctx = ioctx();
    submit(ctx, write(1, open()));
    assertThat(machine.run(calls.ioCancel(ctx, 1))).isEqualTo(-Errno.EAGAIN);
    machine.completeOne(4096);
  }

  // ---- sleeping ----

  @Test
  void ioGeteventsReturnsWhatItHasWhenTimeIsUp() {
    long ctx = ioctx();
    assertThat(machine.run(calls.ioGetevents(ctx, 1, 1, Duration.ZERO)).result()).isZero();
    machine.results.add(4096L);
    submit(ctx, write(1, open()));
    assertThat(machine.run(calls.ioGetevents(ctx, 2, 2, Duration.ofMillis(200))).events())
        .hasSize(1);
  }

  @Test
  void ioGeteventsSleepsUntilThereAreEnough() {
    long ctx = ioctx();
    int fd = open();
    submit(ctx, write(1, fd), write(2, fd));
    CompletableFuture<EventsRead> reading =
        machine.start(machine.process, calls.ioGetevents(ctx, 2, 8, null));
    machine.completeOne(1);
    machine.completeOne(2);
    assertThat(AioMachine.await(reading).events()).extracting(IoEvent::res).containsExactly(1L, 2L);
  }

  @Test
  void aSignalEndsTheSleepWithEintr() {
    long ctx = ioctx();
    CompletableFuture<EventsRead> reading =
        machine.start(
            machine.process,
            machine.aio.sysIoGetevents(machine.files, ctx, 1, 1, UserAccess.ALL, null));
    machine.process.tell(new ContextActor.Signal(15));
    assertThat(AioMachine.await(reading).result()).isEqualTo(-Errno.EINTR);
  }

  @Test
  void aThreadSeesTheContextsOfItsProcessAndAChildDoesNot() {
    long ctx = ioctx();
    SystemCalls thread = machine.calls(machine.files.forThread());
    SystemCalls child = machine.calls(machine.run(machine.files.forChild()));
    assertThat(machine.run(thread.ioGetevents(ctx, 0, 1, Duration.ZERO)).result()).isZero();
    assertThat(machine.run(child.ioGetevents(ctx, 0, 1, Duration.ZERO)).result())
        .isEqualTo(-Errno.EINVAL);
  }

  @Test
  void exitAioWaitsForWhatIsInFlight() {
    long ctx = ioctx();
    submit(ctx, write(1, open()));
    CompletableFuture<Done> exiting = machine.start(machine.process, machine.files.exitAio());
    machine.completeOne(4096);
    AioMachine.await(exiting);
    assertThat(machine.inUse().nothing()).isTrue();
    assertThat(machine.log).isEmpty();
    // Whether the event was still posted depends on who came first; the order of frees does not.
    assertThat(machine.trace.stream().map(Tracepoint::name).filter(n -> n.startsWith("kmem")))
        .containsExactly("kmem_cache_free kiocb", "kmem_cache_free kioctx");
  }

  @Test
  void exitAioTellsOfAContextThatSomebodyStillUses() {
    long ctx = ioctx();
    machine.run(IoctxCall.lookupIoctx(machine.kioctxs, machine.files.mm(), ctx));
    machine.run(machine.files.exitAio());
    assertThat(machine.log).containsExactly("exit_aio:ioctx still alive: 2 1 0");
  }

  @Test
  void aFileClosedWithARequestInFlightIsReleasedByTheWorker() {
    long ctx = ioctx();
    int fd = open();
    submit(ctx, write(1, fd));
    assertThat(machine.run(calls.close(fd))).isZero();
    assertThat(machine.run(calls.close(fd))).isEqualTo(-Errno.EBADF);
    machine.completeOne(4096);
    AioMachine.await(machine.start(machine.process, machine.files.exitAio()));
    assertThat(machine.inUse().nothing()).isTrue();
    assertThat(
            machine.trace.stream()
                .filter(t -> t.name().equals("kmem_cache_free kiocb"))
                .map(t -> t.context().comm()))
        .containsExactly("aio/0");
  }

  // ---- how it dies ----

  @Test
  void theSecondCompletionInInterruptPanicsWithItsStack() {
    long ctx = ioctx();
    submit(ctx, write(1, open()));
    Kiocb iocb = machine.inFlight.peek();
    machine.completeOne(-5);
    CompletableFuture<Done> second =
        machine.start(machine.interrupt, machine.aio.aioComplete(iocb, 4096, 0));
    await().atMost(Deadline.DURATION).until(() -> !machine.reports.isEmpty());
    AioMachine.Reported panic = machine.reports.get(0);
    assertThat(panic.kind()).isEqualTo(Host.Report.PANIC);
    assertThat(panic.trace()).startsWith("aio_complete");
    assertThat(second).isNotDone();
    assertThat(panic.lines()).contains("kernel BUG at fs/aio.c:512!");
  }

  @Test
  void theSubmitterThatComesLastDiesInItsPut() {
    long ctx = ioctx();
    machine.completesItself = true;
    IoSubmission iocb = write(1, open());
    CompletableFuture<Long> submitting =
        machine.start(
            machine.process, machine.aio.sysIoSubmit(machine.files, ctx, 1, List.of(iocb)));
    await().atMost(Deadline.DURATION).until(() -> !machine.reports.isEmpty());
    assertThat(machine.reports.get(0).trace())
        .startsWith("__aio_put_req", "aio_put_req", "io_submit_one", "sys_io_submit");
    assertThat(submitting).isNotDone();
  }

  @Test
  void upTo2619AnInterruptThatFreesTheContextSleeps() {
    use(new AioMachine(AioSections.LINUX_2_6_19));
    long ctx = ioctx();
    submit(ctx, write(1, open()));
    diorama.kernel.sched.Address address =
        AioMachine.await(
                machine.start(
                    machine.process,
                    IoctxCall.lookupIoctx(machine.kioctxs, machine.files.mm(), ctx)))
            .address();
    // The list's reference and the one of the look-up are gone before the completion puts its own.
    machine.run(IoctxCall.putIoctx(machine.kioctxs, address));
    machine.run(IoctxCall.putIoctx(machine.kioctxs, address));
    machine.completeOne(4096);
    assertThat(machine.reports).isNotEmpty();
    assertThat(machine.reports.get(0).kind()).isEqualTo(Host.Report.SLEEPING_IN_INTERRUPT);
    assertThat(machine.reports.get(0).trace())
        .startsWith("flush_workqueue", "__put_ioctx", "aio_complete");
  }
}
