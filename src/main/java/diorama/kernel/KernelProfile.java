package diorama.kernel;

import java.util.Map;
import java.util.Set;

/**
 * A kernel version as data: which fixes it has, and the source lines that its texts name.
 *
 * @param name the profile's name, for example {@code linux-2.6.20}
 * @param fixes the fixes that are on; an ordered set
 * @param sourceLines lines of BUG() by {@code file:function}, for example {@code
 *     fs/aio.c:__aio_put_req} to 512
 */
public record KernelProfile(String name, Set<Fix> fixes, Map<String, Integer> sourceLines) {
  /** Whether this kernel has the fix. */
  public boolean fixed(Fix fix) {
    return fixes.contains(fix);
  }

  /** The line of the BUG() in a function, 0 where the profile does not say. */
  public int line(String file, String function) {
    return sourceLines.getOrDefault(file + ":" + function, 0);
  }
}
