package diorama.process.script;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.loop;
import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.Errno;
import diorama.kernel.data.Content;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.process.AioDioInvalidateFailure;
import diorama.process.Iocb;
import diorama.process.OpenFlag;
import diorama.process.Program;
import diorama.process.RecordedLog;
import diorama.process.ScriptedSystem;
import diorama.process.SystemCallInterface;
import diorama.process.fio.Fio;
import diorama.process.fio.JobOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TranscriptTest {
  private static final int SIZE = 8192;
  private static final IoVec PAGE = IoVec.aligned(Content.stamped(1, 0, 8));

  private final RecordedLog log = new RecordedLog();
  private final Transcript transcript = new Transcript(100);

  private Script recorded(ScriptedSystem sys, Program program) {
    sys.run(transcript.recorded("task", program)::main);
    return transcript.scripts().get("task");
  }

  private List<String> callsOf(ScriptedSystem sys, Script script) {
    sys.run(new ScriptProgram(script, log.environment())::main);
    return sys.calls;
  }

  private static ScriptedSystem failing() {
    return ScriptedSystem.runningChildren()
        .answer("pwrite", SIZE, SIZE, -Errno.EIO)
        .answer("event", SIZE, SIZE, -Errno.EIO);
  }

  @Test
  void whatAProgramDoesWithAMappingIsWrittenDown() {
    Program program =
        sys ->
            sys.open("file", OpenFlag.O_RDWR)
                .then(fd -> sys.mmap(fd, SIZE, 0).then(map -> useMapping(sys, fd, map)));

    assertThat(recorded(ScriptedSystem.create(), program))
        .hasToString(
            """
            process 1:
              fd1 = open("file", O_RDWR);
              map1 = mmap(fd1, 8192, 0);
              store(map1 + 512, 4096);
              load(map1, 4096);
              pwrite(fd1, map1 + 4096, 4096, 0);
              msync(map1, 8192);
              munmap(map1, 8192);
            """);
  }

  private static Step<Integer> useMapping(SystemCallInterface sys, int fd, long map) {
    return sys.store(map + 512, PAGE)
        .then(() -> sys.load(map, new ReadBuffer(0x10000, 4096)))
        .then(() -> sys.pwrite(fd, IoVec.mapped(map + 4096, 4096), 0))
        .then(() -> sys.msync(map, SIZE))
        .then(() -> sys.munmap(map, SIZE));
  }

  @Test
  void theProgramOfTheSeedIsWrittenDown() {
    Script script = recorded(failing(), new AioDioInvalidateFailure("file", SIZE, log));

    assertThat(script)
        .hasToString(
            """
            process 1:
              fd1 = open("file", O_DIRECT | O_CREAT | O_RDWR);
              fd2 = open("file", O_RDWR);
              pid1 = fork(process 2);
              pid2 = fork(process 3);
              sigaction(SIGALRM);
              alarm(200);
              waitpid(-1);
              kill(pid2, SIGKILL);
              waitpid(pid2);
              exit(1);
            process 2 "aio-dio-invalidate-failure":
              pwrite(fd2, zeros, 8192, 0);
              pwrite(fd2, zeros, 8192, 0);
              pwrite(fd2, zeros, 8192, 0);
              exit(1);
            process 3 "aio-dio-invalidate-failure":
              ctx1 = io_setup(1);
              io_submit(ctx1, pwrite(fd1, zeros, 8192, 0));
              io_getevents(ctx1, 1, 1);
              io_submit(ctx1, pwrite(fd1, zeros, 8192, 0));
              io_getevents(ctx1, 1, 1);
              io_submit(ctx1, pwrite(fd1, zeros, 8192, 0));
              io_getevents(ctx1, 1, 1);
              exit(0);
            """);
  }

  @Test
  void runAgainItMakesTheSameCallsAndCountsThem() {
    ScriptedSystem first = failing();
    Script script = recorded(first, new AioDioInvalidateFailure("file", SIZE, log));
    Map<String, Long> counted = new TreeMap<>(log.operations);
    log.operations.clear();

    assertThat(callsOf(failing(), script)).isEqualTo(first.calls);
    assertThat(log.operations).isEqualTo(counted);
  }

  @Test
  void aJobOfFioRunAgainMakesTheSameCalls() {
    Map<String, String> job = new TreeMap<>();
    job.put("rw", "randrw");
    job.put("size", "64k");
    job.put("ioengine", "libaio");
    job.put("iodepth", "4");
    job.put("iodepth_batch", "2");
    job.put("direct", "1");
    job.put("numjobs", "2");
    job.put("fsync", "3");
    job.put("runtime", "5s");
    Fio fio = new Fio(JobOptions.of("job", job), log.environment());
    ScriptedSystem first = ScriptedSystem.runningChildren();
    Script script = recorded(first, fio);

    assertThat(first.calls).hasSizeGreaterThan(50);
    assertThat(callsOf(ScriptedSystem.runningChildren(), script)).isEqualTo(first.calls);
  }

  @Test
  void everyCallIsWrittenDown() {
    Script script = recorded(ScriptedSystem.create(), TranscriptTest::allCalls);

    assertThat(script)
        .hasToString(
            """
            process 1:
              fd1 = open("file", O_RDWR);
              read(fd1, 512);
              write(fd1, 4096);
              pread(fd1, buf + 512, 512, 1024);
              pwrite(fd1, 4096, 8192);
              fsync(fd1);
              fdatasync(fd1);
              fstat(fd1);
              ctx1 = io_setup(2);
              io_submit(ctx1, iocb1 = pwrite(fd1, 4096, 0), pread(fd1, 512, 0));
              io_cancel(ctx1, iocb1);
              io_getevents(ctx1, 0, 2, 3ms);
              io_destroy(ctx1);
              setitimer(1500us);
              nanosleep(2s);
              pid1 = clone(process 2);
              close(fd1);
            process 2 "thread":
            """);
  }

  private static Step<Integer> allCalls(SystemCallInterface sys) {
    Iocb write = Iocb.pwrite(3, PAGE, 0, 7);
    Iocb read = Iocb.pread(3, new ReadBuffer(0x10000, 512), 0, 8);
    return sys.open("file", OpenFlag.O_RDWR)
        .then(fd -> sys.read(fd, new ReadBuffer(0, 512)))
        .then(() -> sys.write(3, PAGE))
        .then(() -> sys.pread(3, new ReadBuffer(0x10200, 512), 1024))
        .then(() -> sys.pwrite(3, PAGE, 8192))
        .then(() -> sys.fsync(3))
        .then(() -> sys.fdatasync(3))
        .then(() -> sys.fileSize(3))
        .then(() -> sys.ioSetup(2))
        .then(() -> sys.ioSubmit(1000, List.of(write, read)))
        .then(() -> sys.ioCancel(1000, write))
        .then(() -> sys.ioGetevents(1000, 0, 2, Duration.ofMillis(3)))
        .then(() -> sys.ioDestroy(1000))
        .then(() -> sys.setitimer(Duration.ofNanos(1_500_000)))
        .then(() -> sys.nanosleep(Duration.ofSeconds(2)))
        .then(() -> sys.clone("thread", thread -> done(0)))
        .then(() -> sys.close(3))
        .then(() -> sys.pwrite(3, PAGE, 0))
        .then(() -> sys.kill(4711, Signals.SIGTERM))
        .then(() -> done(0));
  }

  @Test
  void memoryThatFaultsIsKeptAsWhatOfItCanBeAccessed() {
    IoVec heapEnd = new IoVec(0x10000, 16_384, Content.stamped(1, 0, 32), 4096);
    Script script =
        recorded(
            ScriptedSystem.create(),
            sys ->
                sys.open("file", OpenFlag.O_RDWR)
                    .then(fd -> sys.pwrite(fd, heapEnd, 0))
                    .then(() -> done(0)));

    assertThat(script.toString()).contains("pwrite(fd1, buf[4096], 16384, 0);");
  }

  private static Step<Integer> times(int count, Function<Integer, Step<?>> body) {
    int[] done = {0};
    return loop(() -> done[0] < count ? body.apply(done[0]++).map(x -> true) : done(false))
        .then(() -> done(0));
  }

  private static Script last(int limit, Program program) {
    Transcript small = new Transcript(limit);
    ScriptedSystem.runningChildren().run(small.recorded("task", program)::main);
    return small.scripts().get("task");
  }

  @Test
  void ofALongRunTheLastCallsAreKeptAndWhatTheyNeed() {
    assertThat(
            last(
                2,
                sys ->
                    sys.open("file").then(fd -> times(1000, i -> sys.pwrite(fd, PAGE, 4096L * i)))))
        .hasToString(
            """
            process 1:
              fd1 = open("file");
              pwrite(fd1, 4096, 4087808);
              pwrite(fd1, 4096, 4091904);
            """);
  }

  @Test
  void whatWasClosedLongAgoIsForgottenAndWhatIsOpenIsNot() {
    assertThat(
            last(
                3,
                sys ->
                    sys.open("log")
                        .then(
                            kept ->
                                times(100, i -> sys.open("file" + i).then(sys::close))
                                    .then(() -> sys.fsync(kept)))
                        .then(() -> done(0))))
        .hasToString(
            """
            process 1:
              fd1 = open("log");
              fd2 = open("file98");
              close(fd2);
              fd3 = open("file99");
              close(fd3);
              fsync(fd1);
            """);
  }

  @Test
  void childrenThatWereReapedLongAgoAreForgotten() {
    assertThat(
            last(
                2,
                sys ->
                    times(
                        100,
                        i ->
                            sys.fork("c" + i, child -> child.nanosleep(Duration.ofSeconds(i)))
                                .then(pid -> sys.waitpid(-1)))))
        .hasToString(
            """
            process 1:
              pid1 = fork(process 2);
              waitpid(-1);
              pid2 = fork(process 3);
              waitpid(-1);
            process 2 "c98":
              nanosleep(98s);
            process 3 "c99":
              nanosleep(99s);
            """);
  }

  @Test
  void whatAChildInheritedStaysThoughItsParentClosedIt() {
    Script script =
        last(
            1,
            sys ->
                sys.open("file")
                    .then(
                        fd ->
                            sys.fork("c", child -> child.fsync(fd))
                                .then(() -> sys.close(fd))
                                .then(() -> times(9, i -> sys.nanosleep(Duration.ofSeconds(1))))));

    assertThat(script.processes().get(1).calls()).hasSize(1);
  }
}
