package diorama.kernel.fs;

import diorama.kernel.fs.Dio.Setup;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.KmemCache;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.KmemCache.Found;
import diorama.kernel.sched.KmemCache.State;
import diorama.kernel.sched.Oops.PagingFault;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The kmalloc slab that holds every {@code struct dio} of a machine.
 *
 * <p>Every access goes through {@link #touch}, so a dangling pointer is always noticed; what it
 * then finds is the slab's {@link AfterFree} setting.
 */
public final class DioSlab {
  /** Slab poison as a number. */
  static final int POISON = 0x6b6b6b6b;

  private final KmemCache<Dio> cache;
  private final Tracer tracer;
  private final List<@Nullable Dio> lastInSlot = new ArrayList<>();
  private final DrainingTasks draining = new DrainingTasks();
  private long bios;

  DioSlab(AfterFree afterFree, Tracer tracer) {
    this.cache = new KmemCache<>("size-1024", afterFree);
    this.tracer = tracer;
  }

  /**
   * {@code kmalloc(sizeof(*dio))}: not cleared, so it holds what the last request in this slot left
   * there.
   */
  DioRef kmalloc(Caller<?> caller) {
    Dio memory = new Dio();
    Address address = cache.allocate(() -> memory);
    if (address.slot() == lastInSlot.size()) {
      lastInSlot.add(null);
    }
    memory.leftBy(lastInSlot.set(address.slot(), null));
    DioRef dio = new DioRef(address);
    trace("kmalloc", caller, dio, "", 0);
    return dio;
  }

  /** The assignments at the top of {@code direct_io_worker}. */
  void init(Caller<Done> caller, DioRef dio, Setup setup) {
    Dio memory = cache.find(dio.address()).content();
    if (memory != null) {
      memory.init(setup);
    }
    caller.answer(Done.DONE);
  }

  /** {@code kfree(dio)}: frees whatever is there now. */
  void kfree(Caller<?> caller, DioRef dio) {
    State state = cache.find(dio.address()).state();
    if (state != State.LIVE) {
      useAfterFree("kfree", caller, dio, state);
    }
    cache.free(dio.address());
    lastInSlot.set(dio.address().slot(), cache.find(dio.address()).content());
    trace("kfree", caller, dio, "", 0);
  }

  /**
   * Follows a pointer. The section gets what is there, be it another request by now; poison kills
   * the caller instead.
   *
   * @param what which access, for the tracepoint of a use after free
   */
  void touch(String what, Caller<?> caller, DioRef pointer, Consumer<Dio> section) {
    Found<Dio> found = cache.find(pointer.address());
    if (found.state() != State.LIVE) {
      useAfterFree(what, caller, pointer, found.state());
    }
    Dio dio = found.content();
    if (dio == null || !dio.isSetUp()) {
      caller.oops(new PagingFault(POISON, List.of()));
    } else {
      section.accept(dio);
    }
  }

  /**
   * Reads a number or a pointer without following it: poison is a value like any other, and not 0.
   *
   * @param poison what 0x6b6b6b6b means there
   */
  <T> void read(String what, Caller<T> caller, DioRef pointer, T poison, Function<Dio, T> field) {
    Found<Dio> found = cache.find(pointer.address());
    if (found.state() != State.LIVE) {
      useAfterFree(what, caller, pointer, found.state());
    }
    Dio dio = found.content();
    caller.answer(dio == null || !dio.isSetUp() ? poison : field.apply(dio));
  }

  /** The tasks that wait for a {@code bio_count} without holding a lock. */
  DrainingTasks draining() {
    return draining;
  }

  /** As {@link #touch}, for a section that answers a count, with a tracepoint that shows it. */
  void count(String what, Caller<Integer> caller, DioRef pointer, ToIntFunction<Dio> section) {
    touch(
        what,
        caller,
        pointer,
        dio -> {
          int count = section.applyAsInt(dio);
          trace(what, caller, pointer, "refcount=%d", count);
          caller.answer(count);
        });
  }

  private void useAfterFree(String what, Caller<?> caller, DioRef dio, State state) {
    trace("use after free", caller, dio, what + " finds " + state, 0);
  }

  void trace(String name, Caller<?> caller, DioRef dio, String format, long a) {
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
