package diorama.process.script;

import diorama.kernel.sched.Step;
import diorama.process.Operation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A call that maps a file into memory, or an access to what is mapped. */
public sealed interface MemoryCall extends Call {
  /**
   * mmap(2): MAP_SHARED, readable, and writable if the file is open for writing.
   *
   * @param map the mapping that it makes
   * @param length bytes
   * @param offset position in the file in bytes
   */
  record Mmap(Ref map, Ref fd, long length, long offset) implements MemoryCall {
    @Override
    public String name() {
      return "mmap";
    }

    @Override
    public String arguments() {
      return fd + ", " + length + ", " + offset;
    }

    @Override
    public Ref result() {
      return map;
    }

    @Override
    public @Nullable Mmap resolved(Scope scope) {
      Ref found = scope.find(fd);
      return found == null ? null : new Mmap(scope.make(map), found, length, offset);
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables
          .sys()
          .mmap(variables.descriptor(fd), length, offset)
          .map(address -> variables.returned(map, address));
    }
  }

  /** Calls about a mapping that take its length too. */
  enum Action {
    MUNMAP,
    /** With MS_SYNC. */
    MSYNC
  }

  /** munmap(2), msync(2). */
  record OnMapping(Action action, Ref map, long length) implements MemoryCall {
    @Override
    public String name() {
      return action.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String arguments() {
      return map + ", " + length;
    }

    @Override
    public @Nullable OnMapping resolved(Scope scope) {
      Ref found = scope.find(map);
      return found == null ? null : new OnMapping(action, found, length);
    }

    @Override
    public Step<?> run(Variables variables) {
      long address = variables.map(map);
      return action == Action.MUNMAP
          ? variables.sys().munmap(address, length)
          : variables.sys().msync(address, length);
    }
  }

  /** Reads mapped memory: no system call. */
  record Load(Place place, long length) implements MemoryCall {
    @Override
    public String name() {
      return "load";
    }

    @Override
    public String arguments() {
      return place + ", " + length;
    }

    @Override
    public @Nullable Load resolved(Scope scope) {
      Place found = place.resolved(scope);
      return found == null ? null : new Load(found, length);
    }

    @Override
    public Step<?> run(Variables variables) {
      variables.count(Operation.MAPPED_READ);
      return variables.sys().load(place.address(variables), UserBuffer.ALIGNED.target(length));
    }
  }

  /** Writes data of its own to mapped memory: no system call. */
  record Store(Place place, long length) implements MemoryCall {
    @Override
    public String name() {
      return "store";
    }

    @Override
    public String arguments() {
      return place + ", " + length;
    }

    @Override
    public @Nullable Store resolved(Scope scope) {
      Place found = place.resolved(scope);
      return found == null ? null : new Store(found, length);
    }

    @Override
    public Step<?> run(Variables variables) {
      variables.count(Operation.MAPPED_WRITE);
      return variables
          .sys()
          .store(place.address(variables), UserBuffer.ALIGNED.source(length, variables));
    }
  }
}
