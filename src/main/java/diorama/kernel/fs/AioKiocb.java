package diorama.kernel.fs;

import diorama.kernel.sched.Address;
import org.jspecify.annotations.Nullable;

/** {@code struct aio_kiocb} of 4.x: what is in a slot of the slab "kiocb". */
final class AioKiocb {
  final Address kiCtx;

  /** Two since 84c4e1f8: the submitter's and the completion's. Not used before. */
  int kiRefcnt = 2;

  /** {@code ki_filp}; null until fget. */
  @Nullable OpenFile kiFilp;

  long kiPos;

  /** {@code ki_res}: what the event will carry. */
  long obj;

  long data;
  long res;
  long res2;

  private @Nullable Kiocb self;

  /** A request of a context, as {@code aio_get_req} leaves it. */
  AioKiocb(Address kiCtx) {
    this.kiCtx = kiCtx;
  }

  void setSelf(Kiocb self) {
    this.self = self;
  }

  /** The pointer to this incarnation, once it has a file. */
  @Nullable Kiocb self() {
    return self;
  }
}
