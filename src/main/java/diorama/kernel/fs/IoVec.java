package diorama.kernel.fs;

import diorama.kernel.data.Content;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct iovec} together with the user memory it points to.
 *
 * @param base user address; of memory that is no mapping only the alignment matters
 * @param length bytes
 * @param memory what is there when it is read from, in whole sectors: at least {@code length}
 *     bytes; nothing where it is a mapping
 * @param mapped how many bytes from the start can be accessed; below {@code length} the rest faults
 *     with EFAULT
 * @param mapping the memory that is a mapping of a file; null for memory of the process's own
 * @param bss memory of the process's own that it never filled, once the process is known: its pages
 *     are there only after somebody has touched them; null for memory that is there
 */
public record IoVec(
    long base,
    long length,
    Content memory,
    long mapped,
    @Nullable MappedMemory mapping,
    @Nullable AnonymousMemory bss) {
  private static final Content NOTHING = Content.zeros(0);

  /** Where memory lies that a program has and never fills: its {@code .bss}. */
  private static final long BSS = 0x0a00_0000L;

  private static final long BSS_END = 0x4000_0000L;

  /** Memory of the process's own. */
  public IoVec(long base, long length, Content memory, long mapped) {
    this(base, length, memory, mapped, null, null);
  }

  /** A page-aligned buffer of zeros that the program has never touched. */
  public static IoVec untouched(long length) {
    Content zeros = Content.zeros(Math.toIntExact((length + 511) / 512));
    return new IoVec(BSS, length, zeros, length);
  }

  /** A page-aligned buffer, wholly accessible. */
  public static IoVec aligned(Content memory) {
    long bytes = (long) memory.sectors() * 512;
    return new IoVec(0x10000, bytes, memory, bytes);
  }

  /** What lies at an address that mmap returned, or behind it, when a write comes to it. */
  public static IoVec mapped(long base, long length) {
    return new IoVec(base, length, NOTHING, 0);
  }

  /** Whether a program means a mapping: there is length, and no memory of its own. */
  public boolean isMapped() {
    return memory.sectors() == 0 && length > 0;
  }

  /** The same pointer in the process that uses it. */
  public IoVec in(MappedMemory itsMemory) {
    return new IoVec(base, length, memory, length, itsMemory, null);
  }

  /** Whether it is a program's memory that may never have been touched. */
  boolean isBss() {
    return base >= BSS && base < BSS_END && memory.sectors() > 0;
  }

  /** The same memory in the process that uses it. */
  IoVec in(AnonymousMemory itsMemory) {
    return new IoVec(base, length, memory, mapped, mapping, itsMemory);
  }

  /** What is left of buffers of which so many bytes are done. */
  public static List<IoVec> after(List<IoVec> iov, long bytes) {
    long skip = bytes;
    List<IoVec> rest = new ArrayList<>();
    for (IoVec v : iov) {
      long here = Math.min(skip, v.length());
      skip -= here;
      if (here < v.length()) {
        rest.add(here == 0 ? v : v.after(here));
      }
    }
    return rest;
  }

  private IoVec after(long bytes) {
    long left = length - bytes;
    if (mapping != null) {
      return new IoVec(base + bytes, left, memory, mapped - bytes, mapping.after(bytes), null);
    }
    int sectors = (int) ((left + 511) / 512);
    Content rest = Content.zeros(sectors).withBytes(0, memory, bytes, (int) left);
    return new IoVec(base + bytes, left, rest, Math.max(0, mapped - bytes), null, bss);
  }
}
