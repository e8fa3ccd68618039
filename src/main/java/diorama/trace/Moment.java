package diorama.trace;

import diorama.check.Recorded;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the history that belongs into a table, in words.
 *
 * @param entry what was recorded
 * @param text what the context did
 * @param note what it left behind: a count, a flag, an event
 * @param decisive whether the violation hangs on it
 * @param bundle the words for several of its kind in a row, with {@code %d} for how many; null if
 *     each stands for itself
 */
record Moment(Recorded entry, String text, String note, boolean decisive, @Nullable String bundle) {

  static Moment of(Recorded entry, String text, String note) {
    return new Moment(entry, text, note, false, null);
  }

  Moment decisiveMoment() {
    return new Moment(entry, text, note, true, null);
  }

  Moment withNote(String more) {
    String joined = note.isEmpty() ? more : more.isEmpty() ? note : note + ", " + more;
    return new Moment(entry, text, joined, decisive, bundle);
  }

  /** The same about another request than the one that the table is about. */
  Moment about(String label) {
    return new Moment(entry, text, note.isEmpty() ? label : label + ", " + note, decisive, bundle);
  }

  Moment inBundles(String words) {
    return new Moment(entry, text, note, decisive, words);
  }
}
