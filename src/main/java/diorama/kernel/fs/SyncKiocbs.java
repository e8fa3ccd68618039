package diorama.kernel.fs;

import diorama.kernel.KernelProfile;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Oops;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kiocbs on the stacks of processes in read() and write(), as far as others reach them.
 *
 * <p>The reference is the single one that the process holds, so what is here exists only from the
 * first completion, kick or wait to the end of the wait.
 */
final class SyncKiocbs {
  private static final class Entry {
    int kiUsers = 1;
    long kiUserData;
    boolean kicked;
    @Nullable Caller<Long> waiter;
  }

  private final KernelProfile profile;
  private final Map<Long, Entry> entries = new HashMap<>();

  SyncKiocbs(KernelProfile profile) {
    this.profile = profile;
  }

  private Entry entry(Kiocb iocb) {
    return entries.computeIfAbsent(iocb.number(), n -> new Entry());
  }

  /** The part of {@code aio_complete} for synchronous kiocbs. */
  void complete(Caller<Boolean> caller, Kiocb iocb, long res) {
    Entry e = entry(iocb);
    if (e.kiUsers != 1) {
      caller.oops(new Oops.Bug("fs/aio.c", profile.line("fs/aio.c", "aio_complete"), List.of()));
      return;
    }
    e.kiUserData = res;
    e.kiUsers = 0;
    Caller<Long> waiter = e.waiter;
    if (waiter != null) {
      entries.remove(iocb.number());
      waiter.wake(res);
    }
    caller.answer(true);
  }

  /** {@code wait_on_sync_kiocb}: answers what the request was completed with. */
  void await(Caller<Long> caller, Kiocb iocb) {
    Entry e = entry(iocb);
    if (e.kiUsers == 0) {
      entries.remove(iocb.number());
      caller.answer(e.kiUserData);
    } else {
      e.waiter = caller;
    }
  }

  /** The part of {@code kick_iocb} for synchronous kiocbs. */
  void kick(Kiocb iocb) {
    Entry e = entry(iocb);
    e.kicked = true;
    Caller<Long> waiter = e.waiter;
    if (waiter != null) {
      entries.remove(iocb.number());
      waiter.wake(0L);
    }
  }

  /** {@code wait_on_retry_sync_kiocb}: answers once the request was kicked. */
  void awaitKick(Caller<Long> caller, Kiocb iocb) {
    Entry e = entry(iocb);
    if (e.kicked) {
      entries.remove(iocb.number());
      caller.answer(0L);
    } else {
      e.waiter = caller;
    }
  }
}
