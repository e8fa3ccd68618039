package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class ProgramVersionTest {
  @Test
  void saysWhichCommitAndWhetherItWasChanged() {
    Properties built = new Properties();
    assertThat(ProgramVersion.describe(built)).isEqualTo("diorama (unknown version)");
    built.setProperty("git.build.version", "0.1.0");
    assertThat(ProgramVersion.describe(built)).isEqualTo("diorama 0.1.0");
    built.setProperty("git.commit.id.abbrev", "abc1234");
    assertThat(ProgramVersion.describe(built)).isEqualTo("diorama 0.1.0 (abc1234)");
    built.setProperty("git.dirty", "true");
    assertThat(ProgramVersion.describe(built)).isEqualTo("diorama 0.1.0 (abc1234, modified)");
  }
}
