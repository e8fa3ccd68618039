package diorama.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.sched.Chance;
import diorama.process.script.ProcessCall.Fork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private static final String SETUP = "fd = open(\"f\"); ctx = io_setup(1);";

  private int questions;

  private Script minimise(Script script, Predicate<Script> shows) {
    Set<Script> asked = new HashSet<>();
    return Shrinker.minimise(
        script,
        candidate -> {
          questions++;
          assertThat(asked.add(candidate)).as("asked once").isTrue();
          return shows.test(candidate);
        });
  }

  private static Script manyWrites(int count) {
    StringBuilder text = new StringBuilder(SETUP);
    for (int i = 0; i < count; i++) {
      text.append("pwrite(fd, 4096, ").append(4096 * i).append("); fsync(fd);");
    }
    return Script.parse(text.toString());
  }

  /** Whether the first process makes these calls one after the other, and others in between. */
  private static boolean has(Script script, String... calls) {
    int found = 0;
    for (Call call : script.root().calls()) {
      String text = call.name() + "(" + call.arguments() + ")";
      found += found < calls.length && calls[found].equals(text) ? 1 : 0;
    }
    return found == calls.length;
  }

  @Test
  void threeCallsOfFiveHundredAreFoundWithAFewQuestionsForEachHalving() {
    Script smallest =
        minimise(
            manyWrites(250),
            s -> has(s, "pwrite(fd, 4096, 40960)", "fsync(fd)", "pwrite(fd, 4096, 819200)"));

    assertThat(smallest)
        .hasToString(
            """
            process 1:
              fd1 = open("f");
              pwrite(fd1, 4096, 40960);
              fsync(fd1);
              pwrite(fd1, 4096, 819200);
            """);
    assertThat(questions).isLessThan(60);
  }

  @Test
  void whatNeedsEveryCallTakesAFewQuestionsForEachCall() {
    Script script = manyWrites(50);

    assertThat(minimise(script, s -> s.calls() == 100).calls()).isEqualTo(100);
    assertThat(questions).isLessThan(4 * 100);
  }

  @Test
  void anythingShowsItUntilNothingIsLeft() {
    RandomScripts random = new RandomScripts(5);
    for (int i = 0; i < 100; i++) {
      questions = 0;
      Script script = random.next();
      assertThat(minimise(script, s -> true)).hasToString("process 1:\n");
      assertThat(questions).isLessThan(60);
    }
  }

  /** Two processes that write the same page at the same time, far down in a large recording. */
  @Test
  void aRaceOfTwoProcessesIsLeftWithTwoProcessesAndTwoCalls() {
    StringBuilder text =
        new StringBuilder(
            """
            p = fork(process 2); waitpid(p);
            process 2 "shell":
            d = open("f", O_DIRECT | O_RDWR); b = open("f", O_RDWR);
            c1 = fork(process 3); c2 = fork(process 4);
            sigaction(SIGALRM); alarm(200); waitpid(-1); kill(c1, SIGKILL); waitpid(c1); exit(0);
            """);
    text.append("process 3:").append("pwrite(b, zeros, 262144, 0);".repeat(200));
    text.append("process 4: ctx = io_setup(1);")
        .append(
            "io_submit(ctx, pwrite(d, zeros, 262144, 0)); io_getevents(ctx, 1, 1);".repeat(200));

    Script smallest = minimise(Script.parse(text.toString()), ShrinkerTest::twoAtOnceMeet);

    assertThat(smallest)
        .hasToString(
            """
            process 1:
              fd1 = open("f", O_DIRECT | O_RDWR);
              fd2 = open("f", O_RDWR);
              pid1 = fork(process 2);
              ctx1 = io_setup(1);
              io_submit(ctx1, pwrite(fd1, zeros, 4096, 0));
            process 2:
              pwrite(fd2, zeros, 4096, 0);
            """);
    assertThat(smallest.calls()).isEqualTo(2);
    assertThat(questions).isLessThan(60);
  }

  /** A process submits and another writes, and neither has ended before the other begins. */
  private static boolean twoAtOnceMeet(Script script) {
    for (ScriptProcess process : script.processes()) {
      for (int i = 0; i < process.calls().size(); i++) {
        if (process.calls().get(i) instanceof Fork fork) {
          List<Call> later = process.calls().subList(i + 1, process.calls().size());
          ScriptProcess rest = new ScriptProcess("", later);
          if (meet(rest, fork.child()) || meet(fork.child(), rest)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean meet(ScriptProcess one, ScriptProcess other) {
    return one.all().stream().anyMatch(p -> calls(p, "io_submit"))
        && other.all().stream().anyMatch(p -> calls(p, "pwrite"));
  }

  private static boolean calls(ScriptProcess process, String name) {
    return process.calls().stream().anyMatch(c -> c.name().equals(name));
  }

  @Test
  void whatIsFoundHasNoSmallerScriptThatShowsIt() {
    RandomScripts random = new RandomScripts(6);
    Chance chance = new Chance(7);
    for (int i = 0; i < 100; i++) {
      Script script = random.next();
      List<Call> all = new ArrayList<>();
      script.processes().forEach(p -> all.addAll(p.calls()));
      String wanted = all.get((int) chance.below(all.size())).name();
      Predicate<Script> shows =
          s -> s.processes().stream().anyMatch(p -> calls(p, wanted)) && s.calls() >= 1;

      if (shows.test(script)) {
        Script smallest = minimise(script, shows);
        assertThat(shows.test(smallest)).isTrue();
        assertThat(Shrinks.smaller(smallest)).noneMatch(shows);
      }
    }
  }
}
