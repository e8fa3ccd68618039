package diorama.kernel.fs;

import diorama.kernel.sched.Address;
import diorama.kernel.tracepoint.Subject;

/** A pointer to a {@code struct file} in the slab "filp"; it may dangle. */
public record FilpRef(Address address) implements Subject {
  @Override
  public Kind kind() {
    return Kind.FILE;
  }

  @Override
  public String label() {
    return "file " + address.slot() + "#" + address.generation();
  }
}
