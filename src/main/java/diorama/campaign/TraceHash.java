package diorama.campaign;

import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * Folds every tracepoint of a machine into one number, on its way to the recorder, with the
 * contents of what goes to the device: with the order of the deliveries they determine what is on
 * the media.
 */
final class TraceHash implements Tracer {
  private static final long PRIME = 0x100000001b3L;

  private final Tracer next;
  private long hash = 0xcbf29ce484222325L;

  TraceHash(Tracer next) {
    this.next = next;
  }

  @Override
  public void emit(Tracepoint event) {
    fold(event.name().hashCode());
    fold(event.context().pid());
    fold(event.context().comm().hashCode());
    fold(event.subject());
    fold(event.related());
    fold(event.a());
    fold(event.b());
    next.emit(event);
  }

  private void fold(@Nullable Subject memory) {
    if (memory != null) {
      fold(memory.kind().ordinal());
      fold(memory.fingerprint());
      fold(memory.contents());
    }
  }

  private void fold(long value) {
    hash = (hash ^ value) * PRIME;
    hash ^= hash >>> 29;
  }

  long value() {
    return hash;
  }
}
