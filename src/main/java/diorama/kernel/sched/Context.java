package diorama.kernel.sched;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that runs kernel code: what the kernel calls {@code current}, or an interrupt.
 *
 * <p>The identity may be read anywhere. Everything that changes belongs to the context itself and
 * is touched by its own actor only.
 */
public final class Context {
  /** What kind of code runs here. */
  public enum Kind {
    /** A process inside a system call. */
    PROCESS,
    /** A kernel thread: kjournald, pdflush, a workqueue worker. */
    KTHREAD,
    /** A hardware or software interrupt: it never waits. */
    INTERRUPT
  }

  private final Kind kind;
  private final String comm;
  private final int pid;
  private int heldMask;
  private final int[] held = new int[LockClass.values().length];
  private final int[] seenBefore = new int[LockClass.values().length];
  private @Nullable Object journalInfo;
  private long pendingSignals;
  private long bios;

  /** A context with the name and number that the kernel prints. */
  public Context(Kind kind, String comm, int pid) {
    this.kind = kind;
    this.comm = comm;
    this.pid = pid;
  }

  public Kind kind() {
    return kind;
  }

  public String comm() {
    return comm;
  }

  public int pid() {
    return pid;
  }

  public boolean inInterrupt() {
    return kind == Kind.INTERRUPT;
  }

  /** {@code current->journal_info}: the handle that this context has open, or null. */
  public @Nullable Object journalInfo() {
    return journalInfo;
  }

  /** Sets {@code current->journal_info}. */
  public void setJournalInfo(@Nullable Object handle) {
    journalInfo = handle;
  }

  /** The signal that waits to be handled on the way back to user mode, 0 if none. */
  public int pendingSignal() {
    return Long.numberOfTrailingZeros(pendingSignals) % Long.SIZE;
  }

  /** {@code dequeue_signal}: takes the lowest pending signal, 0 if there is none. */
  public int dequeueSignal() {
    int number = pendingSignal();
    pendingSignals &= ~(1L << number);
    return number;
  }

  /** Counts a bio that this context makes: 1 for the first. */
  public long countBio() {
    return ++bios;
  }

  void addPendingSignal(int number) {
    pendingSignals |= 1L << number;
  }

  /**
   * Notes that a lock is wanted now.
   *
   * @return the classes held now under which this class was never wanted by this context before, as
   *     a bit set by ordinal: the edges that lockdep has to look at
   */
  int wants(LockClass lock) {
    int news = heldMask & ~seenBefore[lock.ordinal()];
    seenBefore[lock.ordinal()] |= heldMask;
    return news;
  }

  void acquired(LockClass lock) {
    held[lock.ordinal()]++;
    heldMask |= 1 << lock.ordinal();
  }

  void released(LockClass lock) {
    if (held[lock.ordinal()] > 0 && --held[lock.ordinal()] == 0) {
      heldMask &= ~(1 << lock.ordinal());
    }
  }

  /** A lock that this context took is given back by another one: lockdep stops counting it here. */
  public void handOver(LockClass lock) {
    released(lock);
  }

  /** The lock classes held across calls now, as a bit set by ordinal. */
  public int heldLocks() {
    return heldMask;
  }

  /** The names of those classes. */
  List<String> heldLockNames() {
    return Arrays.stream(LockClass.values())
        .filter(lock -> (heldMask & 1 << lock.ordinal()) != 0)
        .map(LockClass::kernelName)
        .toList();
  }

  @Override
  public String toString() {
    return comm + "/" + pid;
  }
}
