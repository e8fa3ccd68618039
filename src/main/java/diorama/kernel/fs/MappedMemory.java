package diorama.kernel.fs;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.mm.Memory;
import diorama.kernel.mm.MmStruct;
import diorama.kernel.mm.Page;
import diorama.kernel.mm.UserMemory;
import diorama.kernel.mm.UserMemory.Loaded;
import diorama.kernel.sched.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The source of a write that is a mapping of a file: what lies there is known when it is taken.
 *
 * <p>Belongs to one write. What was taken is noted by the context that submits or copies; others
 * look at it when the write has ended.
 */
public final class MappedMemory {
  private final Memory memory;
  private final UserMemory user;
  private final MmStruct mm;
  private final @Nullable Sector[] taken;
  private final int start;

  private MappedMemory(
      Memory memory, UserMemory user, MmStruct mm, @Nullable Sector[] taken, int start) {
    this.memory = memory;
    this.user = user;
    this.mm = mm;
    this.taken = taken;
    this.start = start;
  }

  /**
   * Memory of a process.
   *
   * @param length bytes
   */
  public MappedMemory(Memory memory, UserMemory user, MmStruct mm, long length) {
    this(memory, user, mm, new Sector[sectors(length)], 0);
  }

  private static int sectors(long bytes) {
    return (int) ((bytes + Sector.SIZE - 1) / Sector.SIZE);
  }

  /** The rest of it, behind whole sectors. */
  MappedMemory after(long bytes) {
    return new MappedMemory(memory, user, mm, taken, start + sectors(bytes));
  }

  /** {@code get_user_pages}. */
  Step<List<Page>> getUserPages(long address, int pages) {
    return memory.getUserPages(mm, address, pages);
  }

  /** {@code fault_in_pages_readable}. */
  public Step<UserMemory.Fault> faultIn(long address, long bytes) {
    return user.faultInPagesReadable(mm, address, bytes);
  }

  /** {@code copy_from_user} of the page that an address lies in. */
  public Step<Loaded> load(long address) {
    return user.load(mm, address);
  }

  /** {@code copy_from_user_inatomic} of the page that an address lies in. */
  public Step<Loaded> loadAtomic(long address) {
    return user.loadAtomic(mm, address);
  }

  /** Notes what a write took from here. */
  public void take(int firstSector, Content content) {
    for (int i = 0; i < content.sectors(); i++) {
      int at = start + firstSector + i;
      if (at >= 0 && at < taken.length) {
        taken[at] = content.sector(i);
      }
    }
  }

  /** What was taken from a sector of it, null as long as nothing was. */
  @Nullable Sector sector(int index) {
    int at = start + index;
    return at < taken.length ? taken[at] : null;
  }

  /** What was taken from these sectors, with zeros where nothing was. */
  Content taken(int firstSector, int sectors) {
    Sector[] content = new Sector[sectors];
    for (int i = 0; i < sectors; i++) {
      Sector sector = sector(firstSector + i);
      content[i] = sector == null ? Sector.Bytes.ZERO : sector;
    }
    return Content.of(content);
  }
}
