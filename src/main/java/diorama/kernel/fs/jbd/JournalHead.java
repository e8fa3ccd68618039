package diorama.kernel.fs.jbd;

import diorama.kernel.data.Content;
import diorama.kernel.mm.BufferHead;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct journal_head}, as a pointer that contexts hand around.
 *
 * <p>Guarded by the buffer's bh_state lock and, where its lists are concerned, by j_list_lock;
 * touched by the journal's actor only. It holds one reference on its buffer while it is attached.
 * Freed memory is not handed out again to another buffer here, so a stale pointer reads as
 * unattached; in the kernel it can read as another buffer's.
 */
public final class JournalHead {
  private final BufferHead bh;
  final JournalList.Link filed = new JournalList.Link(this);
  final JournalList.Link checkpointed = new JournalList.Link(this);

  int bJcount;
  Jlist bJlist = Jlist.NONE;
  @Nullable Transaction bTransaction;
  @Nullable Transaction bNextTransaction;
  @Nullable Transaction bCpTransaction;
  boolean bModified;
  boolean onCheckpointIoList;
  @Nullable Content bFrozenData;

  JournalHead(BufferHead bh) {
    this.bh = bh;
  }

  /** {@code jh2bh}. */
  public BufferHead bh() {
    return bh;
  }
}
