package diorama.process.script;

import org.jspecify.annotations.Nullable;

/**
 * An address in a mapping.
 *
 * @param map the mapping
 * @param offset bytes behind its start
 */
public record Place(Ref map, long offset) {
  /** The same in the mapping that a scope knows; null if it knows none. */
  @Nullable Place resolved(Scope scope) {
    Ref found = scope.find(map);
    return found == null ? null : new Place(found, offset);
  }

  /** The address. */
  long address(Variables variables) {
    return variables.map(map) + offset;
  }

  @Override
  public String toString() {
    return map + (offset == 0 ? "" : " + " + offset);
  }
}
