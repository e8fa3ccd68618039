package diorama.config;

import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A kernel as a file describes it, with everything that it takes over from its base.
 *
 * @param kernel what the kernel's code asks
 * @param title what it is, in one line
 * @param story what one has to know about it; may be empty
 * @param sources where its claims come from
 * @param base the profile that it started from
 * @param file where it stands
 */
public record Profile(
    KernelProfile kernel,
    String title,
    String story,
    List<String> sources,
    Optional<String> base,
    Path file) {
  private static final Pattern RELEASE = Pattern.compile("linux-[\\d.]+");

  /** Whether it is named after a release, and not after one with something else on top. */
  public boolean released() {
    return RELEASE.matcher(name()).matches();
  }

  /** The same kernel, under the same name, as if the lines of a fix were not there. */
  public Profile without(Fix fix) {
    Set<Fix> rest = new LinkedHashSet<>(kernel.fixes());
    rest.remove(fix);
    return new Profile(
        new KernelProfile(kernel.name(), Collections.unmodifiableSet(rest), kernel.sourceLines()),
        title,
        story,
        sources,
        base,
        file);
  }

  /** The kernel's name. */
  public String name() {
    return kernel.name();
  }
}
