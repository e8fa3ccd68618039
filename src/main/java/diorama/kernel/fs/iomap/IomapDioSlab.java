package diorama.kernel.fs.iomap;

import diorama.kernel.fs.iomap.IomapDio.Setup;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.KmemCache;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.KmemCache.Found;
import diorama.kernel.sched.KmemCache.State;
import diorama.kernel.sched.Oops.PagingFault;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * The kmalloc slab that holds every {@code struct iomap_dio} of a machine. Every access goes
 * through {@link #touch} or {@link #find}, so a dangling pointer is always noticed.
 */
public final class IomapDioSlab {
  private static final int POISON = 0x6b6b6b6b;

  private final KmemCache<IomapDio> cache;
  private final Tracer tracer;
  private long bios;

  IomapDioSlab(AfterFree afterFree, Tracer tracer) {
    this.cache = new KmemCache<>("kmalloc-128", afterFree);
    this.tracer = tracer;
  }

  IomapDioRef kmalloc(Caller<?> caller, Setup setup) {
    IomapDioRef dio = new IomapDioRef(cache.allocate(() -> new IomapDio(setup)));
    trace("kmalloc", caller, dio, "", 0);
    return dio;
  }

  void kfree(Caller<?> caller, IomapDioRef dio) {
    find("kfree", caller, dio);
    cache.free(dio.address());
    trace("kfree", caller, dio, "", 0);
  }

  /** Looks where a pointer leads; a dangling one is told of. */
  Found<IomapDio> find(String what, Caller<?> caller, IomapDioRef dio) {
    Found<IomapDio> found = cache.find(dio.address());
    if (found.state() != State.LIVE) {
      trace("use after free", caller, dio, what + " finds " + found.state(), 0);
    }
    return found;
  }

  /** Follows a pointer: the section gets what is there, and poison kills the caller instead. */
  void touch(String what, Caller<?> caller, IomapDioRef pointer, Consumer<IomapDio> section) {
    IomapDio dio = find(what, caller, pointer).content();
    if (dio == null) {
      caller.oops(new PagingFault(POISON, List.of()));
    } else {
      section.accept(dio);
    }
  }

  /** As {@link #touch}, for a section that answers a count, with a tracepoint that shows it. */
  void count(
      String what, Caller<Integer> caller, IomapDioRef pointer, ToIntFunction<IomapDio> section) {
    touch(
        what,
        caller,
        pointer,
        dio -> {
          int count = section.applyAsInt(dio);
          trace(what, caller, pointer, "ref=%d", count);
          caller.answer(count);
        });
  }

  void trace(String name, Caller<?> caller, IomapDioRef dio, String format, long a) {
    tracer.emit(Tracepoint.of(name, caller.context(), dio, format, a));
  }

  /** A number for a new bio. */
  long nextBio() {
    return ++bios;
  }

  /** How many requests there are. */
  int live() {
    return cache.live();
  }
}
