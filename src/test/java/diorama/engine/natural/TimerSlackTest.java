package diorama.engine.natural;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimerSlackTest {
  @TempDir Path proc;

  @Test
  void writesTheSlackOfTheCurrentThread() throws IOException {
    Files.createDirectory(proc.resolve("42"));
    Files.createSymbolicLink(proc.resolve("thread-self"), Path.of("7/task/42"));
    assertThat(TimerSlack.minimise(proc)).isTrue();
    assertThat(proc.resolve("42/timerslack_ns")).hasContent("1");
  }

  @Test
  void doesWithoutWhereThereIsNoSuchThing() {
    assertThat(TimerSlack.minimise(proc)).isFalse();
  }

  @Test
  void doesWithoutWhereItIsRefused() throws IOException {
    // There is a link and nothing that could be written.
    Files.createSymbolicLink(proc.resolve("thread-self"), Path.of("7/task/42"));
    assertThat(TimerSlack.minimise(proc)).isFalse();
  }
}
