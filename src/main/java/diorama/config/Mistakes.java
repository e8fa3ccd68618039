package diorama.config;

import com.typesafe.config.ConfigOrigin;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, so that a person is told everything at once. */
public final class Mistakes {
  private final Set<Mistake> found = new LinkedHashSet<>();

  /** Notes a mistake. */
  public void add(@Nullable ConfigOrigin origin, String key, String problem) {
    found.add(Mistake.at(origin, key, problem));
  }

  /** The value, or null after noting why there is none. */
  public <T> @Nullable T attempt(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (BadInput bad) {
      found.addAll(bad.mistakes());
      return null;
    }
  }

  /** Ends here if anything was wrong. */
  public void check() {
    if (!found.isEmpty()) {
      throw new BadInput(List.copyOf(found));
    }
  }

  /** A value that is there unless {@link #check} ends here. */
  public <T> T checked(@Nullable T value) {
    check();
    if (value == null) {
      throw new IllegalStateException("no value and no mistake");
    }
    return value;
  }

  boolean none() {
    return found.isEmpty();
  }
}
