package diorama.kernel.fs;

import diorama.kernel.mm.MmStruct;
import diorama.kernel.mm.UserMemory;
import diorama.kernel.mm.UserMemory.Fault;
import diorama.kernel.sched.Step;

/**
 * Memory of a process that has no page before somebody touches it: its {@code .bss}, and what it
 * allocated and never filled.
 */
public final class AnonymousMemory {
  private final UserMemory user;
  private final MmStruct mm;

  /** Memory of a process. */
  AnonymousMemory(UserMemory user, MmStruct mm) {
    this.user = user;
    this.mm = mm;
  }

  /** Whether the page table entry of an address is present. */
  public Step<Boolean> isPresent(long address) {
    return user.isTouched(mm, address);
  }

  /** A load of the first and the last byte; faults where nothing is present. */
  public Step<Fault> faultIn(long address, long bytes) {
    return user.touch(mm, address)
        .then(() -> user.touch(mm, address + Math.max(1, bytes) - 1))
        .map(d -> Fault.NONE);
  }
}
