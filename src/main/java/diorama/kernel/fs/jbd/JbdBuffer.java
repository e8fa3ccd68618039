package diorama.kernel.fs.jbd;

import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.SpinLock;
import diorama.kernel.sched.WaitQueue;
import org.jspecify.annotations.Nullable;

/**
 * What jbd keeps in a buffer_head: the bits of {@code b_state} that it alone uses, and {@code
 * b_private}.
 *
 * <p>Unlike the journal_head it lives as long as the buffer. Touched by the journal's actor only.
 */
final class JbdBuffer {
  /** {@code BH_State}: {@code jbd_lock_bh_state}. */
  final SpinLock stateLock = new SpinLock();

  /** Who sleeps in do_get_write_access until commit has written the buffer: {@code BH_Unshadow}. */
  final WaitQueue<Done> unshadow = new WaitQueue<>();

  /** {@code BH_JBDDirty}: dirty, but not to be written home before it is in the log. */
  boolean jbdDirty;

  /** {@code BH_Freed}: truncated while commit had it, which is to forget what it holds. */
  boolean freed;

  /** {@code b_private}; {@code BH_JBD} is set while there is one. */
  @Nullable JournalHead jh;

  private JbdBuffer() {}

  static JbdBuffer of(BufferHead bh) {
    if (bh.bPrivate() instanceof JbdBuffer known) {
      return known;
    }
    JbdBuffer made = new JbdBuffer();
    bh.setBPrivate(made);
    return made;
  }

  /** {@code test_clear_buffer_jbddirty}. */
  boolean testClearJbdDirty() {
    boolean was = jbdDirty;
    jbdDirty = false;
    return was;
  }
}
