package diorama.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant who wrote something else. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate that is the fewest typing slips away, if it is near enough to be what was meant.
   */
  public static Optional<String> to(String written, Collection<String> candidates) {
    String meant = written.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .map(c -> new Guess(c, slips(meant, c.toLowerCase(Locale.ROOT))))
        .filter(g -> g.slips() <= allowance(meant, g.name()))
        .min(Comparator.comparingInt(Guess::slips).thenComparing(Guess::name))
        .map(Guess::name);
  }

  /** What to add to a complaint: the nearest candidate, or all of them when none is near. */
  public static String hint(String written, Collection<String> candidates) {
    return to(written, candidates)
        .map(name -> "did you mean " + name + "?")
        .orElseGet(
            () ->
                candidates.isEmpty()
                    ? "there is none"
                    : "allowed: " + String.join(", ", candidates));
  }

  private record Guess(String name, int slips) {}

  private static int allowance(String written, String name) {
    return name.startsWith(written) && written.length() >= 3
        ? name.length()
        : Math.max(1, Math.min(written.length(), name.length()) / 3);
  }

  /** Insertions, deletions, replacements and swaps of neighbours (Damerau and Levenshtein). */
  static int slips(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
