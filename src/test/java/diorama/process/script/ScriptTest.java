package diorama.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.process.script.ProcessCall.Fork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScriptTest {
  private static final int SCRIPTS = 300;

  @Test
  void aScriptReadsAsC() {
    String text =
        """
        process 1:
          fd1 = open("file", O_RDWR | O_DIRECT);
          pid1 = fork(process 2);
          pid2 = clone(process 4);
          pwrite(fd1, zeros + 512, 4096, 0);
          pwrite(fd1, buf[4096], 16384, 0);
          waitpid(-1);
          kill(pid2, SIGKILL);
        process 2 "child":
          pid3 = fork(process 3);
          read(fd1, 512);
          nanosleep(1500us);
        process 3 "grandchild":
          exit(1);
        process 4 "thread":
          ctx1 = io_setup(4);
          io_submit(ctx1, iocb1 = pwrite(fd1, 8192, 4096), pread(fd1, buf + 8, 512, 0));
          io_cancel(ctx1, iocb1);
          io_getevents(ctx1, 1, 2, 10ms);
        """;
    Script script = Script.parse(text);

    assertThat(script).hasToString(text);
    assertThat(script.files()).containsExactly("file");
    assertThat(script.processes()).hasSize(4);
    assertThat(script.calls())
        .as("without open, fork, clone, waitpid, io_setup, exit")
        .isEqualTo(8);
  }

  @Test
  void aMappingIsTheSourceOfAWriteAndIsLoadedFromAndStoredTo() {
    String text =
        """
        process 1:
          fd1 = open("file", O_RDWR | O_DIRECT);
          map1 = mmap(fd1, 131072, 4096);
          pwrite(fd1, map1 + 65536, 65536, 0);
          pwrite(fd1, map1, 512, 0);
          load(map1, 4096);
          store(map1 + 512, 100);
          msync(map1, 131072);
          munmap(map1, 131072);
        """;

    assertThat(Script.parse(text)).hasToString(text);
    assertThat(Script.parse(text.replace("131072", "128k").replace("65536", "64k")))
        .hasToString(text);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    RandomScripts random = new RandomScripts(1);
    for (int i = 0; i < SCRIPTS; i++) {
      Script script = random.next();
      assertThat(Script.parse(script.toString())).isEqualTo(script);
    }
  }

  @Test
  void aScriptOfAScriptIsTheSame() {
    RandomScripts random = new RandomScripts(2);
    for (int i = 0; i < SCRIPTS; i++) {
      Script script = random.next();
      assertThat(new Script(script.root())).isEqualTo(script);
      assertThat(script.renumbered().renumbered()).isEqualTo(script.renumbered());
    }
  }

  @Test
  void aVariableHasTheValueThatItWasGivenLast() {
    Script script =
        Script.parse("fd = open(\"a\"); close(fd); fd = open(\"b\"); fsync(fd); fstat(fd);");

    assertThat(script.renumbered())
        .hasToString(
            """
            process 1:
              fd1 = open("a");
              close(fd1);
              fd2 = open("b");
              fsync(fd2);
              fstat(fd2);
            """);
  }

  @Test
  void aCallTakesThoseWithItThatNeedWhatItReturned() {
    Script script =
        Script.parse(
            """
            a = open("a"); b = open("b"); ctx = io_setup(2);
            fsync(a);
            p = fork(process 2);
            io_submit(ctx, pread(a, 512, 0), c = pread(b, 512, 0));
            io_submit(ctx, d = pread(a, 512, 512));
            io_cancel(ctx, d);
            process 2: fsync(a); fsync(b);
            """);
    List<Call> calls = new ArrayList<>(script.root().calls());
    calls.remove(0);

    assertThat(script.with(0, calls))
        .hasToString(
            """
            process 1:
              b = open("b");
              ctx = io_setup(2);
              p = fork(process 2);
              io_submit(ctx, pread(b, 512, 0));
            process 2:
              fsync(b);
            """);
  }

  @Test
  void whateverIsTakenAwayNoCallRefersToNothing() {
    RandomScripts random = new RandomScripts(3);
    for (int i = 0; i < SCRIPTS; i++) {
      Script script = random.next();
      assertReferencesAreGood(script.root(), new HashSet<>(), new HashSet<>());
      for (int p = 0; p < script.processes().size(); p++) {
        for (int c = 0; c < script.processes().get(p).calls().size(); c++) {
          List<Call> calls = new ArrayList<>(script.processes().get(p).calls());
          Call removed = calls.remove(c);
          Script smaller = script.with(p, calls);
          assertReferencesAreGood(smaller.root(), new HashSet<>(), new HashSet<>());
          assertThat(made(smaller)).doesNotContain(removed.result());
        }
      }
    }
  }

  private static List<Ref> made(Script script) {
    return script.processes().stream()
        .flatMap(p -> p.calls().stream())
        .map(Call::result)
        .filter(Objects::nonNull)
        .toList();
  }

  private static void assertReferencesAreGood(
      ScriptProcess process, Set<Ref> known, Set<Ref> everywhere) {
    for (Call call : process.calls()) {
      Set<Ref> inherited = new HashSet<>(known);
      Call resolved =
          call.resolved(
              new Scope() {
                @Override
                public Ref find(Ref used) {
                  assertThat(known).as("variables at %s", call).contains(used);
                  return used;
                }

                @Override
                public Ref make(Ref made) {
                  assertThat(everywhere.add(made)).as("%s is made once", made).isTrue();
                  known.add(made);
                  return made;
                }
              });
      assertThat(resolved).isEqualTo(call);
      if (call instanceof Fork fork) {
        assertReferencesAreGood(fork.child(), inherited, everywhere);
      }
    }
  }
}
