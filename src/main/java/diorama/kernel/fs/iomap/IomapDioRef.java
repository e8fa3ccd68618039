package diorama.kernel.fs.iomap;

import diorama.kernel.sched.Address;
import diorama.kernel.tracepoint.Subject;

/** A pointer to a {@code struct iomap_dio}; it may dangle. */
public record IomapDioRef(Address address) implements Subject {
  @Override
  public Kind kind() {
    return Kind.DIO;
  }

  @Override
  public String label() {
    return "iomap_dio " + address.slot() + "#" + address.generation();
  }
}
