package diorama.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import diorama.config.FileSystem.Data;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which kernels have XFS, and that it has no data modes. */
class FileSystemTest {
  private final Profiles profiles = new Profiles(ProjectFiles.library());

  private void check(Data data, String kernel) {
    new FileSystem(FileSystem.Type.XFS, data, 4096, 8192, Duration.ofSeconds(5))
        .check(profiles.find(kernel));
  }

  @Test
  void xfsIsThereFromTheKernelOnThatHasIomap() {
    assertThatThrownBy(() -> check(Data.ORDERED, "linux-4.4"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("linux-4.4 has no xfs")
        .hasMessageContaining("ff6a9292");
    assertThatCode(() -> check(Data.ORDERED, "linux-4.12")).doesNotThrowAnyException();
  }

  @Test
  void itHasNoDataModes() {
    assertThatThrownBy(() -> check(Data.JOURNAL, "linux-4.13"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("filesystem.data = journal");
  }
}
