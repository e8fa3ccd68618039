package diorama.kernel.fs;

import diorama.kernel.sched.Address;
import diorama.kernel.tracepoint.Subject;

/** A pointer to a {@code struct kioctx}. */
public record KioctxRef(Address address) implements Subject {
  @Override
  public Kind kind() {
    return Kind.KIOCTX;
  }

  @Override
  public String label() {
    return "kioctx " + address.slot() + "#" + address.generation();
  }
}
