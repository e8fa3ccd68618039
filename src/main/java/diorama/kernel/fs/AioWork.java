package diorama.kernel.fs;

import diorama.kernel.sched.Address;

/** What the workqueue "aio" can be given to do. */
sealed interface AioWork {
  /** {@code fput_work}: {@code aio_fput_routine}. */
  record Fput() implements AioWork {}

  /** {@code ctx->wq}: {@code aio_kick_handler}. */
  record Kick(Address ctx) implements AioWork {}
}
