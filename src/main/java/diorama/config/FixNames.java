package diorama.config;

import diorama.kernel.Fix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Fixes by the names that people use for them: the commit, or the name of the constant. */
public final class FixNames {
  private static final int SHORTEST_COMMIT = 7;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]+");

  private FixNames() {}

  /** The fix with that commit, abbreviated or whole, or that name. */
  public static Optional<Fix> find(String written) {
    String wanted = written.strip().toLowerCase(Locale.ROOT);
    for (Fix fix : Fix.values()) {
      if (wanted.replace('_', '-').equals(Words.of(fix)) || sameCommit(wanted, fix.commit())) {
        return Optional.of(fix);
      }
    }
    return Optional.empty();
  }

  /** The same; a clear message if there is none. */
  public static Fix get(String written) {
    return find(written)
        .orElseThrow(() -> new BadInput("there is no fix \"" + written + "\"; " + hint(written)));
  }

  /** A commit may be abbreviated; a part of one, or a patch that never was one, may not. */
  private static boolean sameCommit(String wanted, String commit) {
    return wanted.equalsIgnoreCase(commit)
        || (wanted.length() >= SHORTEST_COMMIT
            && COMMIT.matcher(commit).matches()
            && (commit.startsWith(wanted) || wanted.startsWith(commit)));
  }

  /** What was meant by a name that no fix has. */
  public static String hint(String written) {
    List<String> names = new ArrayList<>();
    for (Fix fix : Fix.values()) {
      names.add(fix.commit());
      names.add(Words.of(fix));
    }
    return Nearest.to(written, names)
        .map(name -> "did you mean " + name + "?")
        .orElse("./diorama fixes lists them");
  }
}
