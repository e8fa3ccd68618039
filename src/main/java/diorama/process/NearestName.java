package diorama.process;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what somebody meant who wrote a name wrong. */
public final class NearestName {
  private NearestName() {}

  /** For example {@code ; did you mean 'bs'?}, or nothing when no name is near. */
  public static String hint(String wrong, Collection<String> names) {
    String nearest = of(wrong, names);
    return nearest == null ? "" : "; did you mean '" + nearest + "'?";
  }

  /** The first of the names with the fewest edits between it and the wrong one, if they are few. */
  private static @Nullable String of(String wrong, Collection<String> names) {
    String nearest = null;
    int fewest = Math.max(2, wrong.length() / 2) + 1;
    for (String name : names) {
      int edits = edits(wrong, name);
      if (edits < fewest) {
        fewest = edits;
        nearest = name;
      }
    }
    return nearest;
  }

  /** Levenshtein's distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
