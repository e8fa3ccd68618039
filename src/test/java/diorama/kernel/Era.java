package diorama.kernel;

import diorama.config.Profiles;
import diorama.config.ProjectFiles;
import java.util.EnumSet;
import java.util.Set;

/** Sets of fixes as tests of one fix need them. */
public final class Era {
  private Era() {}

  /** All that this kernel has. */
  public static Set<Fix> of(String kernel) {
    Set<Fix> all = EnumSet.noneOf(Fix.class);
    all.addAll(new Profiles(ProjectFiles.library()).find(kernel).kernel().fixes());
    return all;
  }

  /** All that 2.6.19 has, and these. */
  public static Set<Fix> since2619(Set<Fix> more) {
    Set<Fix> all = of("linux-2.6.19");
    all.addAll(more);
    return all;
  }
}
