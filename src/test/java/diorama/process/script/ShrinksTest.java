package diorama.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShrinksTest {
  @Test
  void everyCandidateIsSmallerAndThereAndDifferent() {
    RandomScripts random = new RandomScripts(4);
    for (int i = 0; i < 100; i++) {
      Script script = random.next();
      assertThat(Shrinks.smaller(script))
          .doesNotHaveDuplicates()
          .allSatisfy(
              smaller -> {
                assertThat(smaller.size()).isLessThan(script.size());
                assertThat(smaller.calls()).isLessThanOrEqualTo(script.calls());
                assertThat(Script.parse(smaller.toString())).isEqualTo(smaller);
              });
    }
  }

  @Test
  void aProcessGoesFirstAndWhatWaitsForItGoesToo() {
    Script script =
        Script.parse(
            """
            fd = open("f"); p = fork(process 2); fsync(fd); waitpid(p);
            process 2: fstat(fd);
            """);

    assertThat(Shrinks.smaller(script).get(0))
        .hasToString(
            """
            process 1:
              fd = open("f");
              fsync(fd);
            """);
  }

  @Test
  void aChildsCallsCanTakeThePlaceOfItsFork() {
    Script script =
        Script.parse(
            """
            fd = open("f"); p = fork(process 2); waitpid(p);
            process 2: fstat(fd); exit(0);
            """);

    assertThat(Shrinks.smaller(script)).contains(Script.parse("fd = open(\"f\"); fstat(fd);"));
  }

  @Test
  void callsAreCutBetweenTwoRounds() {
    String round = "pwrite(fd, 512, 0); fsync(fd); pread(fd, 512, 0);";
    String open = "fd = open(\"f\");";

    assertThat(Shrinks.smaller(Script.parse(open + round.repeat(8))))
        .startsWith(Script.parse(open))
        .contains(Script.parse(open + round.repeat(3)), Script.parse(open + round.repeat(7)));
  }

  @Test
  void aBatchLosesHalvesAndSingleRequests() {
    Script script =
        Script.parse(
            """
            fd = open("f"); ctx = io_setup(4);
            io_submit(ctx, pread(fd, 1, 0), pread(fd, 1, 1), pread(fd, 1, 2), pread(fd, 1, 3));
            """);

    assertThat(Shrinks.smaller(script).stream().map(s -> s.root().calls()))
        .filteredOn(calls -> calls.size() == 3)
        .extracting(calls -> calls.get(2).arguments())
        .contains("ctx, pread(fd, 1, 2), pread(fd, 1, 3)", "ctx, pread(fd, 1, 0), pread(fd, 1, 1)")
        .contains("ctx, pread(fd, 1, 0), pread(fd, 1, 1), pread(fd, 1, 2)");
  }

  @Test
  void lengthsStayWholePagesAndSectorsAndOffsetsMoveToTheStart() {
    String open = "fd = open(\"f\", O_DIRECT);";

    assertThat(Shrinks.smaller(Script.parse(open + "pwrite(fd, 20480, 40960);")))
        .contains(Script.parse(open + "pwrite(fd, 4096, 40960);"))
        .contains(Script.parse(open + "pwrite(fd, 8192, 40960);"))
        .contains(Script.parse(open + "pwrite(fd, 20480, 0);"))
        .contains(Script.parse(open + "pwrite(fd, 20480, 20480);"));
    assertThat(Shrinks.smaller(Script.parse(open + "pwrite(fd, 1536, 512); read(fd, 512);")))
        .contains(Script.parse(open + "pwrite(fd, 512, 512); read(fd, 512);"))
        .contains(Script.parse(open + "pwrite(fd, 1536, 0); read(fd, 512);"))
        .allSatisfy(s -> assertThat(s.toString()).doesNotContain("256"));
  }

  @Test
  void allTransfersMoveTogetherSoThatTheyKeepMeeting() {
    String text = "fd = open(\"f\"); pwrite(fd, %d, %d); pread(fd, %d, %d);";

    assertThat(Shrinks.smaller(Script.parse(text.formatted(65536, 40960, 65536, 45056))))
        .contains(Script.parse(text.formatted(4096, 40960, 4096, 45056)))
        .contains(Script.parse(text.formatted(32768, 40960, 32768, 45056)))
        .contains(Script.parse(text.formatted(65536, 0, 65536, 4096)));
  }
}
