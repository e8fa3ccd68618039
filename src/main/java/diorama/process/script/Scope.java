package diorama.process.script;

import org.jspecify.annotations.Nullable;

/** The variables that are there at a call. */
public interface Scope {
  /** What a call that uses this variable is to use; null if there is no such variable. */
  @Nullable Ref find(Ref used);

  /** What a call that makes this variable is to make. */
  default Ref make(Ref made) {
    return made;
  }
}
