package diorama.kernel.fs;

import diorama.kernel.sched.Address;
import diorama.kernel.tracepoint.Subject;
import org.jspecify.annotations.Nullable;

/**
 * A pointer to a {@code struct kiocb}, with the fields that do not change while a request lives.
 *
 * <p>The counts and lists of an asynchronous kiocb are guarded by ctx_lock and live in {@link
 * KioctxActor}; a synchronous one lives on its caller's stack and has no address.
 *
 * @param address where in the slab "kiocb"; null for a synchronous one
 * @param kiFilp the file
 * @param kiPos file position, in bytes
 * @param kiNbytes length of the request, in bytes
 * @param number the how-manieth request of its machine, for people
 */
public record Kiocb(@Nullable Address address, File kiFilp, long kiPos, long kiNbytes, long number)
    implements Subject {
  /** {@code is_sync_kiocb}. */
  public boolean isSync() {
    return address == null;
  }

  @Override
  public Kind kind() {
    return Kind.KIOCB;
  }

  @Override
  public String label() {
    return address == null ? "sync kiocb" : "kiocb " + address.slot() + "#" + address.generation();
  }
}
