package diorama.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import diorama.kernel.Fix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilesTest {
  @TempDir Path folder;
  private Profiles profiles;

  @BeforeEach
  void library() throws IOException {
    Files.createDirectories(folder.resolve("conf/kernels"));
    profiles = new Profiles(new Library(List.of(folder, ProjectFiles.home())));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve("conf/kernels/" + name + ".conf"), "title = t\n" + content);
  }

  @Test
  void eachReleaseHasItsFixesAndItsLine() {
    Set<Fix> fixes = EnumSet.noneOf(Fix.class);
    assertThat(profiles.find("linux-2.6.1-mm-v0").kernel().fixes()).isEmpty();
    fixes.add(Fix.DIO_STATE_SET_BEFORE_TEST);
    fixes.add(Fix.FALLBACK_FOR_REMAINDER);
    assertThat(profiles.find("linux-2.6.1-mm-v1").kernel().fixes()).isEqualTo(fixes);
    fixes.add(Fix.DIO_WAIT_DECIDED_BEFORE_LAST_REFERENCE);
    assertThat(profiles.find("linux-2.6.1-mm-v2").kernel().fixes()).isEqualTo(fixes);
    fixes.add(Fix.BIO_COUNT_UNDER_BIO_LOCK);
    assertThat(profiles.find("linux-2.6.5-mm").kernel().fixes()).isEqualTo(fixes);
    fixes.add(Fix.DIO_COMPLETES_WHAT_CALLER_QUEUES);
    assertThat(profiles.find("linux-2.6.6").kernel().fixes()).isEqualTo(fixes);
    fixes.addAll(Set.of(Fix.AIO_RETRY, Fix.PARTIAL_DIO_BUF_OFFSET, Fix.INVALIDATE2_RETURNS_EIO));
    assertThat(profiles.find("linux-2.6.11").kernel().fixes()).isEqualTo(fixes);
    fixes.addAll(Set.of(Fix.INVALIDATE2_RANGE, Fix.AIO_READ_CLIPPED_TO_SIZE));
    assertThat(profiles.find("linux-2.6.12").kernel().fixes()).isEqualTo(fixes);
    fixes.add(Fix.OSYNC_ERROR_RETURNED);
    fixes.addAll(
        Set.of(Fix.IO_CANCEL_EINVAL, Fix.DIO_IO_ERROR_SEPARATE, Fix.FALLBACK_SYNCS_ITS_RANGE));
    assertThat(profiles.find("linux-2.6.19").kernel().fixes()).isEqualTo(fixes);
    fixes.addAll(
        Set.of(
            Fix.WORKER_RAISES_EIOCBQUEUED,
            Fix.DIO_REFCOUNT_LOCKED,
            Fix.DIO_PAGE_ERRORS_REPORTED,
            Fix.JBD_WAIT_FOR_SUBMITTED_DATA,
            Fix.WAIT_FOR_ALL_AIOS_LOCKED,
            Fix.LAUNDER_PAGE));
    assertThat(profiles.find("linux-2.6.20").kernel().fixes()).isEqualTo(fixes);
    fixes.add(Fix.INVALIDATE_BEFORE_DIRECT_WRITE);
    fixes.add(Fix.INVALIDATE_WHOLE_RANGE);
    assertThat(profiles.find("linux-2.6.21").kernel().fixes()).isEqualTo(fixes);
    assertThat(List.of("linux-2.6.19", "linux-2.6.20", "linux-2.6.21"))
        .extracting(name -> profiles.find(name).kernel().line("fs/aio.c", "__aio_put_req"))
        .containsExactly(509, 512, 510);
  }

  @Test
  void aProfileOfOnesOwnStartsFromAnother() throws IOException {
    write("mine", "base = linux-2.6.20, apply = [65b8291c], revert = [launder-page]");
    Profile mine = profiles.find("mine");
    assertThat(mine.kernel().fixed(Fix.INVALIDATE_BEFORE_DIRECT_WRITE)).isTrue();
    assertThat(mine.kernel().fixed(Fix.INVALIDATE_WHOLE_RANGE)).isFalse();
    assertThat(mine.kernel().fixed(Fix.LAUNDER_PAGE)).isFalse();
    assertThat(mine.kernel().line("fs/aio.c", "__aio_put_req")).isEqualTo(512);
    assertThat(profiles.find(mine.file().toString()).name()).isEqualTo("mine");
  }

  @Test
  void aFixGoesByItsCommitOrItsName() {
    for (String name :
        List.of(
            "65b8291c",
            "65b8291",
            "65b8291c4000e5f38fc94fb2ca0cb7e8683c8a1b",
            "INVALIDATE_BEFORE_DIRECT_WRITE",
            "invalidate-before-direct-write")) {
      assertThat(FixNames.find(name)).as(name).contains(Fix.INVALIDATE_BEFORE_DIRECT_WRITE);
    }
    assertThat(FixNames.find("65b8")).isEmpty();
  }

  @Test
  void aPartOfACommitIsMeantByItsWholeNameOnly() {
    assertThat(FixNames.find("c58d3aeb-bio_lock")).contains(Fix.BIO_COUNT_UNDER_BIO_LOCK);
    assertThat(FixNames.find("invalidate2-returns-EIO")).contains(Fix.INVALIDATE2_RETURNS_EIO);
    assertThat(FixNames.find("c58d3aeb")).isEmpty();
  }

  @Test
  void aFixThatDoesNotExistIsToldWithTheNearest() throws IOException {
    write("mine", "apply = [65b8921c]");
    assertThatThrownBy(() -> profiles.find("mine"))
        .isInstanceOf(BadInput.class)
        .hasMessageEndingWith(
            "mine.conf:2: apply: there is no fix \"65b8921c\"; did you mean 65b8291c?");
  }

  @Test
  void aCommitOfDigitsAndOneThatLooksLikeANumberAreWords() throws IOException {
    write("mine", "apply = [12345678, 7e123456]");
    assertThatThrownBy(() -> profiles.find("mine"))
        .hasMessageContainingAll("\"12345678\"", "\"7e123456\"");
  }

  @Test
  void switchingOnWhatIsOnOrOffWhatIsOffIsAMistake() throws IOException {
    write("mine", "base = linux-2.6.21, apply = [65b8291c]");
    assertThatThrownBy(() -> profiles.find("mine"))
        .hasMessageEndingWith(
            "apply: 65b8291c (invalidate-before-direct-write) is on already in linux-2.6.21");
    write("mine", "base = linux-2.6.19, revert = [65b8291c]");
    assertThatThrownBy(() -> profiles.find("mine"))
        .hasMessageEndingWith(
            "revert: 65b8291c (invalidate-before-direct-write) is not on in linux-2.6.19");
    write("mine", "apply = [65b8291c], revert = [65b8291c]");
    assertThatThrownBy(() -> profiles.find("mine"))
        .hasMessageEndingWith("revert: 65b8291c is in apply and in revert");
  }

  @Test
  void aCircleOfBasesIsAMistake() throws IOException {
    write("a", "base = b");
    write("b", "base = a");
    assertThatThrownBy(() -> profiles.find("a"))
        .isInstanceOf(BadInput.class)
        .hasMessageEndingWith(
            "b.conf:2: base: kernels cannot be based on each other in a circle: a on b on a");
  }

  @Test
  void aBaseThatIsNotThereIsToldWithTheNearest() throws IOException {
    write("mine", "base = linux-2.6.2O");
    assertThatThrownBy(() -> profiles.find("mine"))
        .hasMessageEndingWith(
            "mine.conf:2: base: there is no kernel named \"linux-2.6.2O\"; did you mean"
                + " linux-2.6.20?");
  }

  @Test
  void aLineThatBelongsToNoFunctionIsAMistake() throws IOException {
    write("mine", "source-lines { \"aio\" = 5 }");
    assertThatThrownBy(() -> profiles.find("mine"))
        .hasMessageContaining("source-lines: found \"aio\"; allowed: a file and a function");
  }

  @Test
  void versionsAreListedInTheOrderOfTheirNumbers() throws IOException {
    write("linux-2.6.7", "");
    assertThat(profiles.all())
        .extracting(Profile::name)
        .containsSubsequence(
            "linux-2.6.1-mm-v0",
            "linux-2.6.6",
            "linux-2.6.7",
            "linux-2.6.11",
            "linux-2.6.20",
            "linux-2.6.20-pgbusy",
            "linux-2.6.27",
            "linux-4.2",
            "linux-4.3-rc",
            "linux-4.3-rc-copy-with-faults",
            "linux-4.3-rc-journals-copied",
            "linux-4.3-rc-linus-copied0",
            "linux-4.3-rc-no-fault-in",
            "linux-4.3-rc-private-zero",
            "linux-4.3-rc-ted-conditional-zero",
            "linux-4.3",
            "linux-4.12",
            "linux-4.20",
            "linux-5.1");
  }
}
