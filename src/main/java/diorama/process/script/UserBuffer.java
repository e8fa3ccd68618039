package diorama.process.script;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a transfer uses: the process's own, or a mapping.
 *
 * @param pageOffset how many bytes behind the start of a page it begins, 0 to 4095
 * @param zeros whether it holds zeros when it is written, because the program never touched it;
 *     otherwise each write has data of its own
 * @param accessible how many bytes from the start can be accessed; a write that needs more meets
 *     EFAULT. {@link #ALL} if it never does
 * @param place where in a mapping a write takes its data; null for memory of the process's own
 */
public record UserBuffer(int pageOffset, boolean zeros, long accessible, @Nullable Place place) {
  /** As many bytes as a transfer needs. */
  public static final long ALL = Long.MAX_VALUE;

  /** Aligned to a page, with data of its own. */
  public static final UserBuffer ALIGNED = new UserBuffer(0, false);

  /** Memory of the process's own, all of it accessible. */
  public UserBuffer(int pageOffset, boolean zeros) {
    this(pageOffset, zeros, ALL);
  }

  /** Memory of the process's own. */
  public UserBuffer(int pageOffset, boolean zeros, long accessible) {
    this(pageOffset, zeros, accessible, null);
  }

  /** What is mapped at a place. */
  static UserBuffer at(Place place) {
    return new UserBuffer(0, false, ALL, place);
  }

  private static final long SOMEWHERE = 0x10000;
  private static final int PAGE = 4096;

  /** The memory that a program gave to a write. */
  static UserBuffer of(IoVec source) {
    Content memory = source.memory();
    return new UserBuffer(
        Math.floorMod(source.base(), PAGE),
        memory.sameAs(Content.zeros(memory.sectors())),
        source.mapped() < source.length() ? source.mapped() : ALL);
  }

  /** The memory that a program gave to a read. */
  static UserBuffer of(ReadBuffer target) {
    return new UserBuffer(Math.floorMod(target.base(), PAGE), false);
  }

  /** The same with the mapping that a scope knows; null if it knows none. */
  @Nullable UserBuffer resolved(Scope scope) {
    if (place == null) {
      return this;
    }
    Place found = place.resolved(scope);
    return found == null ? null : at(found);
  }

  IoVec source(long length, Variables variables) {
    return place == null
        ? source(length, variables.stamps())
        : IoVec.mapped(place.address(variables), length);
  }

  private IoVec source(long length, LongSupplier stamps) {
    int sectors = Math.toIntExact((length + Sector.SIZE - 1) / Sector.SIZE);
    if (zeros && pageOffset == 0 && accessible == ALL) {
      return IoVec.untouched(length);
    }
    Content memory =
        zeros ? Content.zeros(sectors) : Content.stamped(stamps.getAsLong(), 0, sectors);
    return new IoVec(SOMEWHERE + pageOffset, length, memory, Math.min(length, accessible));
  }

  ReadBuffer target(long length) {
    return new ReadBuffer(SOMEWHERE + pageOffset, length);
  }

  /** As an argument with the comma behind it; nothing for {@link #ALIGNED}. */
  String argument() {
    if (equals(ALIGNED)) {
      return "";
    }
    if (place != null) {
      return place + ", ";
    }
    return (zeros ? "zeros" : "buf")
        + (accessible == ALL ? "" : "[" + accessible + "]")
        + (pageOffset == 0 ? "" : " + " + pageOffset)
        + ", ";
  }
}
