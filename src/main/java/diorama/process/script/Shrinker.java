package diorama.process.script;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Makes a script smaller for as long as it still shows something: delta debugging, greedily.
 *
 * <p>It goes through the cuts of {@link Shrinks} from the biggest to the smallest, each kind from
 * the start of the script to its end, and begins again until a whole round has cut nothing. To get
 * from n calls to k takes in the order of k log n questions, not n, when what shows it is k calls
 * by themselves; in the worst case it takes n². No script is asked about twice.
 */
public final class Shrinker {
  private final Predicate<Script> shows;
  private final Set<Script> asked = new HashSet<>();

  private Shrinker(Predicate<Script> shows) {
    this.shows = shows;
  }

  /**
   * The smallest script found that still shows it: no single cut makes it smaller. Variables are
   * counted from 1.
   *
   * @param script shows it; that is not asked
   * @param shows whether a script still shows it; may be slow. To end early it answers false
   */
  public static Script minimise(Script script, Predicate<Script> shows) {
    Shrinker shrinker = new Shrinker(shows);
    Script smallest = script;
    Script before;
    do {
      before = smallest;
      for (Shrinks.Pass pass : Shrinks.passes(smallest)) {
        smallest = shrinker.cut(smallest, pass);
      }
    } while (!smallest.equals(before));
    return smallest.renumbered();
  }

  /** All cuts of one pass. One that is taken leaves those before it rejected. */
  private Script cut(Script script, Shrinks.Pass pass) {
    Script smallest = script;
    List<Supplier<Script>> cuts = pass.cuts(smallest);
    int next = 0;
    while (next < cuts.size()) {
      Script candidate = cuts.get(next).get();
      if (candidate.size() < smallest.size() && asked.add(candidate) && shows.test(candidate)) {
        smallest = candidate;
        cuts = pass.cuts(smallest);
      } else {
        next++;
      }
    }
    return smallest;
  }
}
