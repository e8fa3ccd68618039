package diorama.engine.seeded;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is held back until it is chosen: calls, and in a replay every message.
 *
 * <p>Those whose context has a processor come first; they are the candidates, in the order in which
 * they became possible. Behind them are those whose context has lost its processor.
 */
final class HeldLetters implements Candidates {
  private Letter[] letters = new Letter[16];
  private int count;
  private int awake;

  @Override
  public int size() {
    return awake;
  }

  @Override
  public Letter get(int index) {
    return letters[index];
  }

  /** Adds one that has just been sent. While its sender has no processor, it is no candidate. */
  void add(Letter letter) {
    if (count == letters.length) {
      letters = Arrays.copyOf(letters, 2 * count);
    }
    System.arraycopy(letters, awake, letters, awake + 1, count - awake);
    letters[awake] = letter;
    count++;
    awake++;
    for (int i = awake; i < count; i++) {
      if (letters[i].sender == letter.sender) {
        sendAway(awake - 1, letters[i].notBefore());
        break;
      }
    }
  }

  /** Takes out one that is in here. */
  void remove(Letter letter) {
    int at = indexOf(letter);
    System.arraycopy(letters, at + 1, letters, at, count - at - 1);
    letters[--count] = null;
    if (at < awake) {
      awake--;
    }
  }

  private int indexOf(Letter letter) {
    int at = 0;
    while (letters[at] != letter) {
      at++;
    }
    return at;
  }

  /** A sender loses its processor: none of its letters is a candidate before a point in time. */
  void sendAway(@Nullable SeededQueue sender, long until) {
    int at = 0;
    while (at < awake) {
      if (letters[at].sender == sender) {
        sendAway(at, until);
      } else {
        at++;
      }
    }
  }

  private void sendAway(int at, long until) {
    Letter letter = letters[at];
    letter.stayAway(until);
    System.arraycopy(letters, at + 1, letters, at, count - at - 1);
    letters[count - 1] = letter;
    awake--;
  }

  /** Those whose time has come are candidates again, behind those that are already. */
  void wake(long now) {
    for (int i = awake; i < count; i++) {
      Letter letter = letters[i];
      if (letter.notBefore() <= now) {
        System.arraycopy(letters, awake, letters, awake + 1, i - awake);
        letters[awake++] = letter;
      }
    }
  }

  /** The one that is a candidate again before all others that are not; null if all are. */
  @Nullable Letter firstBack() {
    Letter first = null;
    for (int i = awake; i < count; i++) {
      if (first == null || letters[i].notBefore() < first.notBefore()) {
        first = letters[i];
      }
    }
    return first;
  }

  /**
   * What one actor tells another stays in order: the first that its sender sent to its receiver.
   */
  Letter firstOf(Letter letter) {
    Letter first = letter;
    for (int i = 0; i < count; i++) {
      Letter other = letters[i];
      if (other.sender == letter.sender
          && other.receiver == letter.receiver
          && other.sequence < first.sequence) {
        first = other;
      }
    }
    return first;
  }

  /** What one actor tells another next, or else what it tells anybody next; null for nothing. */
  @Nullable Letter next(long source, long target) {
    Letter next = null;
    for (int i = 0; i < count; i++) {
      Letter letter = letters[i];
      if (letter.source() == source && (next == null || comesBefore(letter, next, target))) {
        next = letter;
      }
    }
    return next;
  }

  private static boolean comesBefore(Letter letter, Letter other, long target) {
    boolean wanted = letter.target() == target;
    return wanted == (other.target() == target) ? letter.sequence < other.sequence : wanted;
  }

  /** The one with this stamp, or null. */
  @Nullable Letter find(long receiver, long sender, long sequence) {
    for (int i = 0; i < count; i++) {
      Letter letter = letters[i];
      if (letter.sequence == sequence && letter.target() == receiver && letter.source() == sender) {
        return letter;
      }
    }
    return null;
  }

  /** The first receiver that waits though Akka has told it something; null if none does. */
  @Nullable SeededQueue toldByAkka() {
    for (int i = 0; i < count; i++) {
      if (letters[i].receiver.isToldByAkka()) {
        return letters[i].receiver;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOf(letters, count));
  }
}
