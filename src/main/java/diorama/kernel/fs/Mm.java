package diorama.kernel.fs;

import diorama.kernel.mm.MmStruct;
import diorama.kernel.sched.Address;
import java.util.ArrayDeque;

/**
 * A pointer to a {@code struct mm_struct}, as far as asynchronous I/O knows it.
 *
 * <p>The list of its I/O contexts and the pages of their rings are touched by the machine's {@link
 * KioctxActor} alone.
 */
public final class Mm {
  private final long mappablePages;
  private final MmStruct vm = new MmStruct();

  /** {@code ioctx_list}, newest first. */
  final ArrayDeque<Address> ioctxList = new ArrayDeque<>();

  long ringPages;

  /** An address space with memory enough. */
  public Mm() {
    this(Long.MAX_VALUE);
  }

  /**
   * An address space that can run out.
   *
   * @param mappablePages how many pages of rings may be mapped in it before mmap fails
   */
  public Mm(long mappablePages) {
    this.mappablePages = mappablePages;
  }

  /** What mm/ knows of it: mmap_sem and the mappings. */
  public MmStruct vm() {
    return vm;
  }

  long mappablePages() {
    return mappablePages;
  }
}
