package diorama.kernel.fs;

import diorama.kernel.sched.Address;
import org.jspecify.annotations.Nullable;

/** What is in a slot of the slab "kiocb": the parts of {@code struct kiocb} that change. */
final class KiocbContent {
  /** Where {@code ki_run_list} stands. */
  enum RunList {
    /** Initialised and on no list. */
    EMPTY,
    /** On the kioctx's run_list. */
    QUEUED,
    /** Both pointers NULL: the retry method runs, and a kick must not queue it. */
    RUNNING
  }

  final Address kiCtx;
  final OpenFile kiFilp;
  int kiUsers = 2;
  boolean kicked;
  boolean cancelled;

  /** The mark of Leonid Ananiev's patch. */
  boolean pgBusy;

  RunList runList = RunList.EMPTY;
  long kiPos;
  @Nullable AioRequest request;

  /** The kioctx on whose active_reqs this is, or null. */
  @Nullable Kioctx activeIn;

  private @Nullable Kiocb self;

  /** {@code ki_obj.user} and {@code ki_user_data}: what the event will carry. */
  long obj;

  long data;

  /** The incarnation whose {@link #obj} and {@link #data} these are. */
  @Nullable Kiocb dataOf;

  /**
   * A kiocb as {@code __aio_get_req} leaves it: what it does not set is what the slot held before.
   *
   * @param before the old content; null where there is none or it was poisoned
   */
  KiocbContent(Address kiCtx, OpenFile kiFilp, @Nullable KiocbContent before) {
    this.kiCtx = kiCtx;
    this.kiFilp = kiFilp;
    if (before != null) {
      obj = before.obj;
      data = before.data;
      dataOf = before.dataOf;
      kiPos = before.kiPos;
    }
  }

  void setSelf(Kiocb self) {
    this.self = self;
  }

  /** The pointer to this incarnation. */
  Kiocb self() {
    return java.util.Objects.requireNonNull(self);
  }
}
