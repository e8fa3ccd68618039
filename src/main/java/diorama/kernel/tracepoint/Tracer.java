package diorama.kernel.tracepoint;

/** Where tracepoints go. Called from every actor of a machine, so it is safe for many threads. */
public interface Tracer {
  /** Takes one event. Must return at once and must not change what the kernel does. */
  void emit(Tracepoint event);

  /** A tracer that forgets. */
  Tracer NONE = event -> {};
}
