package diorama.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.Errno;
import diorama.process.RecordedLog;
import diorama.process.ScriptedSystem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptProgramTest {
  private final RecordedLog log = new RecordedLog();

  private List<String> calls(ScriptedSystem sys, String script) {
    assertThat(sys.run(new ScriptProgram(Script.parse(script), log.environment())::main)).isZero();
    return sys.calls;
  }

  @Test
  void afterAnErrorItGoesOnWithoutWhatNeedsTheResult() {
    ScriptedSystem sys = ScriptedSystem.create().answer("open", -Errno.ENOENT, 7);

    assertThat(
            calls(
                sys,
                """
                a = open("a"); b = open("b"); ctx = io_setup(2);
                pwrite(a, 4096, 0); pwrite(b, 4096, 0);
                io_submit(ctx, pread(a, 512, 0), pread(b, 512, 512));
                io_submit(ctx, pread(a, 512, 0));
                """))
        .containsExactly(
            "open a []",
            "open b []",
            "io_setup 2",
            "pwrite 7 4096@0",
            "io_submit 1",
            "event read@512");
  }

  @Test
  void aParentWaitsForTheChildrenThatItHasNotReaped() {
    assertThat(
            calls(
                ScriptedSystem.runningChildren(),
                """
                a = fork(process 2); b = fork(process 3); waitpid(-1);
                process 2 "one": nanosleep(1ns);
                process 3 "two": nanosleep(2ns);
                """))
        .containsExactly(
            "fork one", "nanosleep 1", "fork two", "nanosleep 2", "wait -1", "wait -1");
  }

  @Test
  void anExitLeavesOutTheRest() {
    ScriptedSystem sys = ScriptedSystem.create();

    assertThat(
            sys.run(
                new ScriptProgram(Script.parse("exit(3); nanosleep(1ns);"), log.environment())
                    ::main))
        .isEqualTo(3);
    assertThat(sys.calls).isEmpty();
  }

  @Test
  void noEventIsWaitedForThatCannotCome() {
    ScriptedSystem sys = ScriptedSystem.create().answer("io_submit", 1);

    assertThat(
            calls(
                sys,
                """
                fd = open("f"); ctx = io_setup(2);
                io_getevents(ctx, 1, 2);
                io_submit(ctx, pread(fd, 512, 0), pread(fd, 512, 512));
                io_getevents(ctx, 2, 2);
                """))
        .contains("io_getevents 0..2", "io_getevents 1..2");
  }

  @Test
  void aThreadMayWaitForWhatAnotherSubmits() {
    ScriptedSystem sys = ScriptedSystem.create();
    calls(
        sys,
        """
        fd = open("f"); ctx = io_setup(2);
        reader = clone(process 2); writer = clone(process 3);
        process 2: io_getevents(ctx, 1, 2); io_getevents(ctx, 1, 2); io_getevents(ctx, 1, 2);
        process 3: io_submit(ctx, pread(fd, 512, 0)); io_submit(ctx, pread(fd, 512, 0));
        """);
    ScriptedSystem thread = ScriptedSystem.create();
    thread.addEvent(1, 512);
    thread.addEvent(2, 512);
    thread.answer("io_getevents", 1, 1);
    thread.run(sys.children.get(0));

    assertThat(thread.calls)
        .containsExactly("io_getevents 1..2", "io_getevents 1..2", "io_getevents 0..2");
  }

  @Test
  void whatIsDoneIsCounted() {
    calls(
        ScriptedSystem.create(),
        """
        a = open("a", O_DIRECT | O_RDWR); b = open("b", O_RDWR); ctx = io_setup(2);
        io_submit(ctx, pwrite(a, 512, 0), pread(b, 512, 512));
        write(b, 1); pread(a, 512, 0); fsync(b); fdatasync(a);
        """);

    assertThat(log.operations)
        .containsEntry("aio-dio-write", 1L)
        .containsEntry("aio-buffered-read", 1L)
        .containsEntry("buffered-write", 1L)
        .containsEntry("dio-read", 1L)
        .containsEntry("fsync", 2L);
  }
}
