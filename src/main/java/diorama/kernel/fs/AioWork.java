package diorama.kernel.fs;

import diorama.kernel.sched.Address;

/** What the workqueue "aio", and since 3.6 any worker, can be given to do. */
sealed interface AioWork {
  /** {@code fput_work}: {@code aio_fput_routine}. */
  record Fput() implements AioWork {}

  /** {@code ctx->wq}: {@code aio_kick_handler}. */
  record Kick(Address ctx) implements AioWork {}

  /** {@code ctx->free_work} since 3.12: {@code free_ioctx}. */
  record FreeIoctx(Address ctx) implements AioWork {}

  /** {@code delayed_fput_work} and what RCU calls after it: the end of an open file. */
  record FileFree(FilpRef filp) implements AioWork {}
}
