package diorama.kernel.mm;

import akka.actor.typed.ActorRef;

/** Buffers for tests that need no page cache. */
public final class Buffers {
  private Buffers() {}

  /** The only buffer of a page that belongs to no address space. */
  public static BufferHead lone(long index) {
    return new BufferHead(new Page(index, null), 0, Page.SIZE);
  }

  /** The only buffer of a page of this address space. */
  public static BufferHead of(ActorRef<AddressSpaceActor.Command> owner, long index) {
    return new BufferHead(new Page(index, owner), 0, Page.SIZE);
  }
}
