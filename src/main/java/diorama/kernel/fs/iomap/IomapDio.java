package diorama.kernel.fs.iomap;

import diorama.kernel.fs.Inode;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct iomap_dio}: what the submitter of a direct request shares with the interrupts and
 * the worker that complete it. Each method is one atomic operation or one access; no lock guards
 * any of it.
 *
 * <p>{@code ref} is 1 for the submitter and 1 for each bio in flight.
 */
final class IomapDio {
  /**
   * What does not change once the request was set up.
   *
   * @param iSize {@code i_size} at submission, by which a read is cut off
   */
  record Setup(Kiocb iocb, Inode inode, boolean write, long iSize, IomapDioEndIo endIo) {}

  /**
   * What {@code iomap_dio_complete} reads.
   *
   * @param size bytes submitted
   * @param error the first one, 0 if there was none
   */
  record Snapshot(Setup setup, long size, boolean unwritten, long error) {}

  private final Setup setup;

  /** {@code wait_for_completion}; {@code is_sync_kiocb(iocb)} up to 4.17. */
  private final boolean waits;

  private int ref = 1;
  private long size;
  private boolean unwritten;
  private long error;

  /** {@code submit.waiter}: somebody waits, or will. */
  private boolean waiter;

  private @Nullable Caller<Done> sleeper;

  /** The assignments at the top of {@code iomap_dio_rw}. */
  IomapDio(Setup setup) {
    this.setup = setup;
    this.waits = setup.iocb().isSync();
    this.waiter = waits;
  }

  Setup setup() {
    return setup;
  }

  /** Whether the submitter waits for the end. */
  boolean waits() {
    return waits;
  }

  /** {@code atomic_inc(&dio->ref)}. */
  int get() {
    return ++ref;
  }

  /** {@code atomic_dec_and_test(&dio->ref)}: what is left. */
  int put() {
    return --ref;
  }

  /** {@code iomap_dio_set_error}: {@code cmpxchg(&dio->error, 0, error)}, the first one stays. */
  boolean setError(long value) {
    boolean first = error == 0;
    error = first ? value : error;
    return first;
  }

  /** What the submission came to; read by whoever drops the last reference. */
  void submitted(long bytes, boolean toUnwritten) {
    size = bytes;
    unwritten = toUnwritten;
  }

  Snapshot snapshot() {
    return new Snapshot(setup, size, unwritten, error);
  }

  /** {@code submit.waiter = NULL}, and {@code wake_up_process}. */
  void wakeSubmitter() {
    waiter = false;
    if (sleeper != null) {
      Caller<Done> awake = sleeper;
      sleeper = null;
      awake.wake(Done.DONE);
    }
  }

  /** {@code io_schedule} until there is no waiter any more. */
  void await(Caller<Done> caller) {
    if (waiter) {
      sleeper = caller;
    } else {
      caller.answer(Done.DONE);
    }
  }

  /** Somebody else's request lives here by now: who sleeps on it is woken by nobody. */
  void awaitForOthers(Caller<Done> caller) {
    if (!waiter) {
      caller.answer(Done.DONE);
    }
  }
}
