package diorama.kernel.sched;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct kmem_cache}: slots for objects of one kind, with a LIFO free list.
 *
 * <p>What a stale pointer finds is a setting, because that decides what the user of a real kernel
 * saw: {@link AfterFree}. Not thread-safe: it belongs to one object's actor.
 *
 * @param <T> what is kept in a slot
 */
public final class KmemCache<T> {
  /** How many freed slots {@link AfterFree#INTACT} keeps from being handed out again. */
  public static final int QUARANTINE = 4096;

  /** What becomes of a freed slot. */
  public enum AfterFree {
    /**
     * Handed out again only after {@link #QUARANTINE} more were freed: a stale pointer finds the
     * old content.
     */
    INTACT,
    /** Handed out again, last freed first, as without slab debugging: old content, or a new one. */
    REUSED,
    /** Filled with 0x6b (CONFIG_DEBUG_SLAB), and handed out again, last freed first. */
    POISONED
  }

  /** What a pointer finds. */
  public enum State {
    /** The object that the pointer was taken from. */
    LIVE,
    /** Freed memory that still holds the old object. */
    FREED,
    /** Another object in the same slot. */
    REUSED,
    /** 0x6b6b6b6b. */
    POISON
  }

  /** The slot's present content as a pointer finds it; the content is null when it is poison. */
  public record Found<T>(State state, @Nullable T content) {}

  private static final class Slot<T> {
    int generation;
    boolean live;
    @Nullable T content;
  }

  private final String name;
  private final AfterFree afterFree;
  private final List<Slot<T>> slots = new ArrayList<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private int live;

  /** An empty cache with the kernel's name for it. */
  public KmemCache(String name, AfterFree afterFree) {
    this.name = name;
    this.afterFree = afterFree;
  }

  /** {@code kmem_cache_alloc}: the slot freed last, or a new one. */
  public Address allocate(Supplier<T> content) {
    return allocateOver(before -> content.get());
  }

  /**
   * {@code kmem_cache_alloc} for objects of which not every field is set at once: memory is not
   * cleared, so the new object is made from what the slot held, null if nothing or poison.
   */
  public Address allocateOver(Function<@Nullable T, T> content) {
    int slot;
    int kept = afterFree == AfterFree.INTACT ? QUARANTINE : 0;
    if (free.size() <= kept) {
      slot = slots.size();
      slots.add(new Slot<>());
    } else {
      slot = kept > 0 ? free.removeFirst() : free.removeLast();
    }
    Slot<T> s = slots.get(slot);
    s.generation++;
    s.live = true;
    s.content = content.apply(s.content);
    live++;
    return new Address(slot, s.generation);
  }

  /** {@code kmem_cache_free}; false for memory that was freed before. */
  public boolean free(Address address) {
    Slot<T> s = slots.get(address.slot());
    if (!s.live) {
      return false;
    }
    s.live = false;
    live--;
    if (afterFree == AfterFree.POISONED) {
      s.content = null;
    }
    free.addLast(address.slot());
    return true;
  }

  /** Follows a pointer. */
  public Found<T> find(Address address) {
    Slot<T> s = slots.get(address.slot());
    State state;
    if (s.live) {
      state = s.generation == address.generation() ? State.LIVE : State.REUSED;
    } else {
      state = s.content == null ? State.POISON : State.FREED;
    }
    return new Found<>(state, s.content);
  }

  /** The address of the object that is in the pointer's slot now. */
  public Address current(Address address) {
    return new Address(address.slot(), slots.get(address.slot()).generation);
  }

  /** How many objects are allocated. */
  public int live() {
    return live;
  }

  /** The kernel's name of this cache. */
  public String name() {
    return name;
  }
}
