package diorama.kernel.fs.xfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.Deadline;
import diorama.config.Profiles;
import diorama.config.ProjectFiles;
import diorama.kernel.OneMachine;
import diorama.kernel.SystemCalls;
import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.AddressSpaceOperations;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.IoSubmission;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.NoFileOperations;
import diorama.kernel.fs.OpenFlags;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.SuperOperations;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of XFS, on a machine that runs by itself. */
@Timeout(Deadline.SECONDS)
class XfsFileTest {
  private static final long PAGE = 4096;
  private static final Content DATA = Content.stamped(7, 0, 16);
  private static final Sector ZERO = Content.zeros(1).sector(0);

  private final ReadBuffer memory = new ReadBuffer(0x40000, 8 * PAGE);

  private static XfsOptions xfs(int blockSize) {
    return new XfsOptions(blockSize, 262_144);
  }

  private <T> T run(String kernel, int blockSize, Function<SystemCalls, Step<T>> program)
      throws Exception {
    try (OneMachine machine = new OneMachine(kernel, xfs(blockSize), Tracer.NONE)) {
      T result = machine.run(program);
      await()
          .atMost(Deadline.DURATION)
          .untilAsserted(() -> assertThat(machine.unrest()).as("%s", machine.complaints).isEmpty());
      assertThat(machine.complaints).isEmpty();
      return result;
    }
  }

  private static Step<Integer> open(SystemCalls calls, OpenFlags flags) {
    return calls.open(OneMachine.FILE, flags).map(Long::intValue);
  }

  private Sector read(long offset) {
    return memory.content().sector((int) (offset / Sector.SIZE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 4096})
  void whatWasWrittenThroughTheCacheIsReadDirectlyAndAHoleIsZeros(int blockSize) throws Exception {
    long bytes =
        run(
            "linux-4.13",
            blockSize,
            calls ->
                open(calls, OpenFlags.READ_WRITE)
                    .then(
                        fd ->
                            calls
                                .pwrite(fd, IoVec.aligned(DATA), 4 * PAGE)
                                .then(() -> calls.fsync(fd))
                                .then(() -> open(calls, OpenFlags.READ_WRITE.withDirect()))
                                .then(direct -> calls.pread(direct, memory, 0))));
    assertThat(bytes).isEqualTo(6 * PAGE);
    assertThat(read(0)).isEqualTo(ZERO);
    assertThat(read(4 * PAGE)).isEqualTo(DATA.sector(0));
    assertThat(read(6 * PAGE - 512)).isEqualTo(DATA.sector(15));
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 4096})
  void aPartOfABlockIsWrittenDirectlyAndItsRestIsZeros(int blockSize) throws Exception {
    long bytes =
        run(
            "linux-4.14",
            blockSize,
            calls ->
                open(calls, OpenFlags.READ_WRITE.withDirect())
                    .then(
                        fd ->
                            calls
                                .pwrite(fd, IoVec.aligned(DATA), 4 * PAGE)
                                .then(
                                    () ->
                                        calls.pwrite(
                                            fd, IoVec.aligned(DATA.slice(0, 1)), PAGE + 512))
                                .then(() -> open(calls, OpenFlags.READ_WRITE))
                                .then(buffered -> calls.pread(buffered, memory, 0))));
    assertThat(bytes).isEqualTo(6 * PAGE);
    assertThat(read(PAGE)).isEqualTo(ZERO);
    assertThat(read(PAGE + 512)).isEqualTo(DATA.sector(0));
    assertThat(read(PAGE + 1024)).isEqualTo(ZERO);
    assertThat(read(4 * PAGE)).isEqualTo(DATA.sector(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux-4.12", "linux-4.13", "linux-4.14", "linux-5.10"})
  void aWriteThatExtendsTheFileCanBeAsynchronous(String kernel) throws Exception {
    long res =
        run(
            kernel,
            4096,
            calls ->
                open(calls, OpenFlags.READ_WRITE.withDirect())
                    .then(
                        fd ->
                            calls
                                .ioSetup(1)
                                .then(
                                    ctx ->
                                        calls
                                            .ioSubmit(
                                                ctx.ctxId(),
                                                List.of(
                                                    IoSubmission.pwrite(
                                                        0x1000, 1, fd, IoVec.aligned(DATA), PAGE)))
                                            .then(() -> calls.ioGetevents(ctx.ctxId(), 1, 1, null)))
                                .then(
                                    events ->
                                        open(calls, OpenFlags.READ_WRITE)
                                            .then(buffered -> calls.pread(buffered, memory, 0))
                                            .map(read -> read + events.events().get(0).res()))));
    assertThat(res).isEqualTo(3 * PAGE + 2 * PAGE);
    assertThat(read(0)).isEqualTo(ZERO);
    assertThat(read(PAGE)).isEqualTo(DATA.sector(0));
  }

  @Test
  void aStoreToAHoleReachesTheDisk() throws Exception {
    run(
        "linux-4.13",
        4096,
        calls ->
            open(calls, OpenFlags.READ_WRITE)
                .then(
                    fd ->
                        calls
                            .pwrite(fd, IoVec.aligned(DATA), 4 * PAGE)
                            .then(() -> calls.mmap(fd, 4 * PAGE, 0))
                            .then(map -> calls.store(map, IoVec.aligned(DATA.slice(0, 8))))
                            .then(() -> calls.fsync(fd))
                            .then(() -> open(calls, OpenFlags.READ_WRITE.withDirect()))
                            .then(direct -> calls.pread(direct, memory, 0))));
    assertThat(read(0)).isEqualTo(DATA.sector(0));
    assertThat(read(PAGE)).isEqualTo(ZERO);
  }

  /** Passes on what comes and notes what it was. */
  private static <C> Behavior<C> noting(List<String> order, ActorRef<C> real) {
    return Behaviors.receiveMessage(
        message -> {
          order.add(((Object) message).getClass().getSimpleName());
          real.tell(message);
          return Behaviors.same();
        });
  }

  private static List<String> orderInEndIo(String kernel) throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    ActorTestKit kit = ActorTestKit.create();
    try (OneMachine machine = new OneMachine(kernel, xfs(4096), Tracer.NONE)) {
      ActorRef<XfsBmap.Command> bmap =
          kit.spawn(noting(order, kit.spawn(XfsBmap.create(64, 1000))));
      Inode inode =
          new Inode(
              12,
              12,
              kit.spawn(noting(order, kit.spawn(InodeActor.create()))),
              kit.spawn(AddressSpaceActor.create(Tracer.NONE)),
              unused(AddressSpaceOperations.class),
              new NoFileOperations(),
              SuperOperations.NONE);
      Kiocb iocb = new Kiocb(null, new File(inode, true, true, true, false), 0, PAGE, 1);
      XfsDioWriteEndIo endIo =
          new XfsDioWriteEndIo(new Profiles(ProjectFiles.library()).find(kernel).kernel(), bmap);
      machine.run(calls -> endIo.endIo(iocb, 0, PAGE, true));
    } finally {
      kit.shutdownTestKit();
    }
    return order;
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  @Test
  void theFileGrowsBeforeTheConversionIn413AndAfterItSince414() throws Exception {
    assertThat(orderInEndIo("linux-4.13")).containsExactly("ExtendSize", "Convert");
    assertThat(orderInEndIo("linux-4.14")).containsExactly("Convert", "ExtendSize");
  }
}
