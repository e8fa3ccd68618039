package diorama.kernel.mm;

import diorama.kernel.fs.File;
import diorama.kernel.sched.RwSemaphore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct mm_struct}: mmap_sem and the mappings under it.
 *
 * <p>Touched by the machine's {@link MmActor} alone. Page tables are kept per file, by {@link
 * PageTables}; memory that is no mapping of a file has no vma here, only the note which of its
 * pages are present.
 */
public final class MmStruct {
  /** {@code TASK_UNMAPPED_BASE} of i386. */
  static final long TASK_UNMAPPED_BASE = 0x4000_0000L;

  final RwSemaphore mmapSem = new RwSemaphore();
  private final TreeMap<Long, Vma> vmas = new TreeMap<>();
  private final TreeMap<Integer, Long> words = new TreeMap<>();

  /** Page frames of the process's own memory that have a page table entry. */
  private final BitSet touched = new BitSet();

  /** Whether a page of the process's own memory that it did not fill is present. */
  boolean isTouched(long address) {
    return touched.get((int) (address >> Page.SHIFT));
  }

  /** {@code do_anonymous_page}: the page, or the zero page, is present from here on. */
  void touch(long address) {
    touched.set((int) (address >> Page.SHIFT));
  }

  /** A word of the process's own memory that its threads share; 0 before the first store. */
  long load(int word) {
    return words.getOrDefault(word, 0L);
  }

  void store(int word, long value) {
    words.put(word, value);
  }

  /** {@code find_vma}, mm/mmap.c: the mapping that an address lies in, or null. */
  @Nullable Vma findVma(long address) {
    Map.Entry<Long, Vma> before = vmas.floorEntry(address);
    return before == null || address >= before.getValue().end() ? null : before.getValue();
  }

  /** {@code get_unmapped_area} and {@code vma_link}: a mapping at the lowest address that fits. */
  Vma insert(File file, long length, long pgoff) {
    long start = TASK_UNMAPPED_BASE;
    for (Vma there : vmas.values()) {
      if (start + length <= there.start()) {
        break;
      }
      start = there.end();
    }
    Vma vma = new Vma(file, start, start + length, pgoff);
    vmas.put(start, vma);
    return vma;
  }

  /**
   * {@code detach_vmas_to_be_unmapped}: takes the mappings of a range out.
   *
   * @return null if the range ends inside a mapping
   */
  @Nullable List<Vma> detach(long start, long end) {
    List<Vma> within = new ArrayList<>();
    for (Vma vma : vmas.values()) {
      if (vma.start() < end && vma.end() > start) {
        if (vma.start() < start || vma.end() > end) {
          return null;
        }
        within.add(vma);
      }
    }
    within.forEach(vma -> vmas.remove(vma.start()));
    return within;
  }
}
