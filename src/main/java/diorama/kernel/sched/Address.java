package diorama.kernel.sched;

/**
 * A pointer into a slab, with the generation of the object that it was taken from.
 *
 * <p>The kernel's pointer is the slot alone. The generation is what the miniature knows in
 * addition: it tells a pointer to a live object from one whose object was freed, or freed and
 * handed out again.
 *
 * @param slot where, counted from 0 in its slab
 * @param generation which object in that slot, counted from 1
 */
public record Address(int slot, int generation) {}
