package diorama.kernel.fs;

import diorama.kernel.sched.Address;
import diorama.kernel.tracepoint.Subject;

/** A pointer to a {@code struct dio}; it may dangle. */
public record DioRef(Address address) implements Subject {
  @Override
  public Kind kind() {
    return Kind.DIO;
  }

  @Override
  public String label() {
    return "dio " + address.slot() + "#" + address.generation();
  }
}
