package diorama.kernel.mm;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The page table entries that lead to the pages of one file, with {@code mapping->i_mmap} and
 * {@code truncate_count}.
 *
 * <p>The kernel keeps them per process and finds them through i_mmap. Here they stand where the
 * pages stand, because a load or a store looks at the entry and touches the page in one
 * instruction. Touched by the file's {@link AddressSpace} only; each method is a section under the
 * page table lock, or under i_mmap_lock around it.
 */
final class PageTables {
  /** A present entry. */
  private static final class Pte {
    final Page page;
    boolean write;
    boolean dirty;

    Pte(Page page) {
      this.page = page;
    }
  }

  private record Area(Vma vma, TreeMap<Long, Pte> ptes) {}

  /** What came of an attempt to enter a page. */
  enum Entered {
    /** The page is mapped. */
    MAPPED,
    /** "One of our sibling threads was faster, back out." */
    WAS_THERE,
    /** Pages were unmapped since truncate_count was read: the page may be gone. */
    UNMAPPED_MEANWHILE
  }

  /** What a store finds. */
  enum Access {
    DONE,
    NOT_PRESENT,
    WRITE_PROTECTED
  }

  private final List<Area> areas = new ArrayList<>();
  private int truncateCount;

  /** {@code __vma_link_file}. */
  void link(Vma vma) {
    areas.add(new Area(vma, new TreeMap<>()));
  }

  /** {@code unmap_vmas} of one mapping, and {@code unlink_file_vma}. */
  void unlink(Vma vma, Consumer<Page> dirtied) {
    Area area = find(vma);
    if (area != null) {
      zap(area, 0, Long.MAX_VALUE, dirtied);
      areas.remove(area);
    }
  }

  private @Nullable Area find(Vma vma) {
    for (Area area : areas) {
      if (area.vma == vma) {
        return area;
      }
    }
    return null;
  }

  private @Nullable Pte pte(Vma vma, long index) {
    Area area = find(vma);
    return area == null ? null : area.ptes.get(index);
  }

  /** {@code mapping_mapped}. */
  boolean mapped() {
    return !areas.isEmpty();
  }

  /** {@code mapping->truncate_count}. */
  int truncateCount() {
    return truncateCount;
  }

  /**
   * {@code unmap_mapping_range}: no entry leads to these pages any more.
   *
   * @param dirtied takes the pages that were written to through their entries
   */
  void unmapRange(long first, long last, Consumer<Page> dirtied) {
    truncateCount++;
    for (Area area : areas) {
      zap(area, first, last, dirtied);
    }
  }

  private static void zap(Area area, long first, long last, Consumer<Page> dirtied) {
    var range = area.ptes.subMap(first, true, last, true);
    for (Pte pte : range.values()) {
      if (pte.dirty) {
        dirtied.accept(pte.page);
      }
      pte.page.mapcount--;
    }
    range.clear();
  }

  /** {@code page_mkclean}: write-protects the page everywhere; whether an entry was dirty. */
  boolean mkclean(Page page) {
    boolean dirty = false;
    for (Area area : areas) {
      Pte pte = area.ptes.get(page.index());
      if (pte != null && pte.page == page) {
        dirty |= pte.dirty;
        pte.dirty = false;
        pte.write = false;
      }
    }
    return dirty;
  }

  /** {@code follow_page}, and what a load finds: the page, or null if the entry is not present. */
  @Nullable Page present(Vma vma, long index) {
    Pte pte = pte(vma, index);
    return pte == null ? null : pte.page;
  }

  /** What the processor does with the entry before it stores. */
  Access forStore(Vma vma, long index) {
    Pte pte = pte(vma, index);
    if (pte == null) {
      return Access.NOT_PRESENT;
    }
    if (!pte.write) {
      return Access.WRITE_PROTECTED;
    }
    pte.dirty = true;
    return Access.DONE;
  }

  /**
   * The locked part of {@code do_no_page}.
   *
   * @param sequence the truncate_count read before the page was looked for, -1 if it does not
   *     matter
   */
  Entered enter(Vma vma, Page page, boolean write, int sequence) {
    if (sequence >= 0 && sequence != truncateCount) {
      return Entered.UNMAPPED_MEANWHILE;
    }
    Area area = find(vma);
    if (area == null || area.ptes.containsKey(page.index())) {
      return Entered.WAS_THERE;
    }
    Pte pte = new Pte(page);
    pte.write = write;
    pte.dirty = write;
    area.ptes.put(page.index(), pte);
    page.mapcount++;
    return Entered.MAPPED;
  }

  /** The locked part of {@code do_wp_page} for a shared page: the page to be dirtied, or null. */
  @Nullable Page makeWritable(Vma vma, long index) {
    Pte pte = pte(vma, index);
    if (pte == null) {
      return null;
    }
    pte.write = true;
    pte.dirty = true;
    return pte.page;
  }
}
