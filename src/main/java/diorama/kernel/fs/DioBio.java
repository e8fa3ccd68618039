package diorama.kernel.fs;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.UserSegment.UserPage;
import diorama.kernel.mm.Page;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bio under assembly, with the pieces of user memory that it covers. */
public final class DioBio {
  private record Run(@Nullable UserSegment memory, int first, int sectors) {
    Content read() {
      return memory == null ? Content.zeros(sectors) : memory.read(first, sectors);
    }
  }

  private final long sector;
  private final int maxSectors;
  private final int maxVecs;

  /**
   * A piece of a page of the page cache.
   *
   * @param first where in its memory it begins, in sectors
   * @param offset where in the page, in sectors
   */
  public record Piece(UserSegment memory, Page page, int first, int offset, int sectors) {
    /** The device takes what the page holds now. */
    public void take(Content content) {
      memory.take(first, content.slice(offset, sectors));
    }
  }

  private final List<Run> runs = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();
  private int sectors;
  private int vecs;
  private @Nullable UserPage lastPage;
  private int lastEnd;

  /**
   * An empty bio.
   *
   * @param sector where on the device it begins
   * @param maxSectors {@code q->max_sectors}
   * @param maxVecs {@code bi_max_vecs}: for how many pages there is room
   */
  public DioBio(long sector, int maxSectors, int maxVecs) {
    this.sector = sector;
    this.maxSectors = maxSectors;
    this.maxVecs = maxVecs;
  }

  /** {@code bio_add_page}, fs/bio.c: false if it does not fit. */
  public boolean addPage(UserPage page, int offset, int bytes) {
    int more = bytes / Sector.SIZE;
    if (sectors + more > maxSectors) {
      return false;
    }
    boolean grows = page.equals(lastPage) && offset == lastEnd;
    if (!grows && vecs == maxVecs) {
      return false;
    }
    if (!grows) {
      vecs++;
    }
    UserSegment memory = page.segment();
    append(memory, memory == null ? 0 : memory.sectorAt(page, offset), more);
    Page mapped = page.page();
    if (memory != null && mapped != null) {
      pieces.add(
          new Piece(memory, mapped, memory.sectorAt(page, offset), offset / Sector.SIZE, more));
    }
    sectors += more;
    lastPage = page;
    lastEnd = offset + bytes;
    return true;
  }

  private void append(@Nullable UserSegment memory, int first, int more) {
    int last = runs.size() - 1;
    if (last >= 0) {
      Run run = runs.get(last);
      if (run.memory == memory && (memory == null || run.first + run.sectors == first)) {
        runs.set(last, new Run(memory, run.first, run.sectors + more));
        return;
      }
    }
    runs.add(new Run(memory, first, more));
  }

  /** Where on the device it begins. */
  public long sector() {
    return sector;
  }

  /** Length in sectors. */
  public int sectors() {
    return sectors;
  }

  /** What it covers of pages of the page cache; it holds a reference on the page for each. */
  public List<Piece> pieces() {
    return pieces;
  }

  /** What a write transfers. */
  public Content data() {
    Content all = Content.zeros(0);
    for (Run run : runs) {
      all = all.sectors() == 0 ? run.read() : all.followedBy(run.read());
    }
    return all;
  }

  /** What a read transferred is in the user's memory from now on: the DMA. */
  public void store(Content data) {
    int at = 0;
    for (Run run : runs) {
      if (run.memory != null) {
        run.memory.store(run.first, data.slice(at, run.sectors));
      }
      at += run.sectors;
    }
  }
}
