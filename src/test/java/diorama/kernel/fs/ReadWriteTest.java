package diorama.kernel.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.SystemCalls;
import diorama.kernel.data.Content;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Page;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadWriteTest {
  private static final IoVec BLOCK = IoVec.aligned(Content.stamped(1, 0, 8));

  private final AioMachine machine = new AioMachine(AioSections.LINUX_2_6_20);
  private final SystemCalls calls = machine.calls();

  @AfterEach
  void stop() {
    machine.close();
  }

  private int open(OpenFlags flags) {
    return machine.run(calls.open("file", flags)).intValue();
  }

  @Test
  void openFindsFilesAndRefusesDirectIoWhereThereIsNone() {
    assertThat(machine.run(calls.open("missing", OpenFlags.READ_WRITE))).isEqualTo(-Errno.ENOENT);
    assertThat(machine.run(calls.open("no-direct-io", OpenFlags.READ_WRITE.withDirect())))
        .isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.open("no-direct-io", OpenFlags.READ_WRITE))).isEqualTo(3);
    assertThat(machine.run(calls.open("file", OpenFlags.READ_WRITE))).isEqualTo(4);
    machine.run(calls.close(3));
    assertThat(machine.run(calls.open("file", OpenFlags.READ_WRITE))).isEqualTo(3);
  }

  @Test
  void theModeTheDescriptorAndThePositionAreChecked() {
    int readOnly = open(OpenFlags.READ_ONLY);
    int writeOnly = open(OpenFlags.WRITE_ONLY);
    ReadBuffer buffer = new ReadBuffer(0x1000, 512);
    assertThat(machine.run(calls.pwrite(readOnly, BLOCK, 0))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(calls.pread(writeOnly, buffer, 0))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(calls.write(readOnly, BLOCK))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(calls.read(writeOnly, buffer))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(calls.pread(99, buffer, 0))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(calls.fsync(99))).isEqualTo(-Errno.EBADF);
    assertThat(machine.run(calls.pread(readOnly, buffer, -1))).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.pwrite(writeOnly, BLOCK, -1))).isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.pwrite(writeOnly, BLOCK, Long.MAX_VALUE)))
        .isEqualTo(-Errno.EINVAL);
    assertThat(machine.run(calls.pread(readOnly, new ReadBuffer(0xC0000000L, 512), 0)))
        .isEqualTo(-Errno.EFAULT);
    assertThat(machine.calls).isEmpty();
  }

  @Test
  void readAndWriteMoveTheFilePositionByWhatWasTransferred() {
    int fd = open(OpenFlags.READ_WRITE);
    machine.results.add(4096L);
    machine.results.add(-5L);
    machine.results.add(100L);
    machine.results.add(0L);
    assertThat(machine.run(calls.write(fd, BLOCK))).isEqualTo(4096);
    assertThat(machine.run(calls.write(fd, BLOCK))).isEqualTo(-5);
    assertThat(machine.run(calls.read(fd, new ReadBuffer(0x1000, 512)))).isEqualTo(100);
    assertThat(machine.run(calls.read(fd, new ReadBuffer(0x1000, 512)))).isZero();
    assertThat(machine.calls)
        .containsExactly("write 4096@0", "write 4096@4096", "read 512@4096", "read 512@4196");
  }

  @Test
  void aSynchronousWriteWaitsForWhatWasQueued() {
    int fd = open(OpenFlags.READ_WRITE.withDirect());
    CompletableFuture<Long> writing = machine.start(machine.process, calls.pwrite(fd, BLOCK, 0));
    await().atMost(Deadline.DURATION).until(() -> !machine.inFlight.isEmpty());
    assertThat(writing).isNotDone();
    machine.completeOne(4096);
    assertThat(AioMachine.await(writing)).isEqualTo(4096);
    assertThat(machine.trace.stream().map(Tracepoint::name))
        .doesNotContain("aio_complete", "event");
  }

  @Test
  void aSynchronousWriteThatHasToBeRetriedGoesOnWhenItIsKicked() {
    int fd = open(OpenFlags.READ_WRITE.withDirect());
    machine.results.add((long) -Errno.EIOCBRETRY);
    machine.results.add(4096L);
    CompletableFuture<Long> writing = machine.start(machine.process, calls.pwrite(fd, BLOCK, 0));
    await().atMost(Deadline.DURATION).until(() -> machine.calls.size() == 1);
    Kiocb sync = new Kiocb(null, machine.files.fcheck(fd).file(), 0, 4096, (100L << 32) | 1);
    AioMachine.await(machine.start(machine.interrupt, machine.aio.kickIocb(sync)));
    assertThat(AioMachine.await(writing)).isEqualTo(4096);
  }

  @Test
  void fsyncAndFdatasyncReachTheFile() {
    int fd = open(OpenFlags.READ_WRITE);
    assertThat(machine.run(calls.fsync(fd))).isZero();
    assertThat(machine.run(calls.fdatasync(fd))).isZero();
    assertThat(machine.calls).containsExactly("fsync", "fdatasync");
  }

  @Test
  void fsyncWritesThePagesAndTellsTheFirstError() {
    int fd = open(OpenFlags.READ_WRITE);
    Inode inode = machine.files.fcheck(fd).file().inode();
    Page page = machine.run(AddressSpaceActor.addToPageCache(inode.mapping(), 0)).page();
    machine.run(
        AddressSpaceActor.setPageDirty(page).then(() -> AddressSpaceActor.unlockPage(page)));
    assertThat(machine.run(calls.fsync(fd))).isEqualTo(-Errno.ENOSPC);
    assertThat(machine.calls).containsExactly("fsync");
  }

  @Test
  void everyCallIsTracedWithItsResult() {
    machine.run(calls.fsync(99));
    assertThat(machine.trace)
        .extracting(Tracepoint::name, Tracepoint::detail)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("syscall enter", "sys_fsync"),
            org.assertj.core.api.Assertions.tuple("syscall exit", "sys_fsync = -9"));
  }

  @Test
  void aReadThatGoesOnFillsTheSameMemoryBehindWhatItHas() {
    ReadBuffer whole = new ReadBuffer(0x1000, 1024);
    whole.after(512).store(0, Content.stamped(9, 0, 1));
    assertThat(whole.content().sector(1)).isEqualTo(Content.stamped(9, 0, 1).sector(0));
    whole.after(300).copy(0, Content.stamped(8, 0, 1), 0, 512);
    assertThat(whole.content().byteAt(300)).isEqualTo(Content.stamped(8, 0, 1).byteAt(0));
    assertThat(whole.content().byteAt(811)).isEqualTo(Content.stamped(8, 0, 1).byteAt(511));
    assertThat(whole.content().byteAt(299)).isZero();
    assertThat(whole.after(300).length()).isEqualTo(724);
  }
}
