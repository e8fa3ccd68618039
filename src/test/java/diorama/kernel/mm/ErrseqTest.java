package diorama.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrseqTest {
  private static final int EIO = 5;

  private final Errseq mapping = new Errseq();

  private Errseq open(boolean unseenIsReported) {
    Errseq file = new Errseq();
    file.sample(mapping, unseenIsReported);
    return file;
  }

  @Test
  void everyOpenFileHearsOfAnErrorOnce() {
    Errseq one = open(true);
    Errseq other = open(true);
    mapping.set(EIO);
    assertThat(one.checkAndAdvance(mapping)).isEqualTo(-EIO);
    assertThat(one.checkAndAdvance(mapping)).isZero();
    assertThat(other.checkAndAdvance(mapping)).isEqualTo(-EIO);
    assertThat(other.checkAndAdvance(mapping)).isZero();
  }

  @Test
  void anErrorAfterOneThatWasSeenIsAnotherOne() {
    Errseq file = open(true);
    mapping.set(EIO);
    assertThat(file.checkAndAdvance(mapping)).isEqualTo(-EIO);
    mapping.set(EIO);
    assertThat(file.checkAndAdvance(mapping)).isEqualTo(-EIO);
  }

  @Test
  void twoErrorsThatNobodyHasSeenAreOne() {
    Errseq file = open(true);
    mapping.set(EIO);
    mapping.set(EIO);
    assertThat(file.checkAndAdvance(mapping)).isEqualTo(-EIO);
    assertThat(file.checkAndAdvance(mapping)).isZero();
  }

  @Test
  void aFileThatIsOpenedAfterAnErrorWasSeenDoesNotHearOfIt() {
    Errseq first = open(true);
    mapping.set(EIO);
    first.checkAndAdvance(mapping);
    assertThat(open(true).checkAndAdvance(mapping)).isZero();
    assertThat(open(false).checkAndAdvance(mapping)).isZero();
  }

  @Test
  void anErrorThatNobodyHasSeenIsForgottenByOpeningTheFileUpTo416() {
    mapping.set(EIO);
    assertThat(open(false).checkAndAdvance(mapping)).isZero();
  }

  @Test
  void anErrorThatNobodyHasSeenIsTheNewFilesSince417() {
    mapping.set(EIO);
    assertThat(open(true).checkAndAdvance(mapping)).isEqualTo(-EIO);
  }
}
