package diorama.kernel.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct files_struct}: which descriptor leads to which open file.
 *
 * <p>As long as one task has it, that task reads and writes it as it likes. From the first
 * clone(CLONE_FILES) on it is guarded by file_lock, and belongs to the machine's {@link
 * KioctxActor}.
 */
final class FilesStruct {
  private static final int FIRST_DESCRIPTOR = 3;

  private final TreeMap<Integer, OpenFile> fdt = new TreeMap<>();
  private boolean shared;

  /** Whether a second task has it, or had it once. */
  boolean isShared() {
    return shared;
  }

  /** A second task has it from now on; called by the only one that has it yet. */
  void share() {
    shared = true;
  }

  /** {@code fd_install} at {@code get_unused_fd}: the lowest descriptor that is free. */
  int install(OpenFile filp) {
    int fd = FIRST_DESCRIPTOR;
    while (fdt.containsKey(fd)) {
      fd++;
    }
    fdt.put(fd, filp);
    return fd;
  }

  /** Puts a file where it is in the table that this one is a copy of. */
  void installAt(int fd, OpenFile filp) {
    fdt.put(fd, filp);
  }

  /** {@code fcheck}: the open file, or null. */
  @Nullable OpenFile fcheck(int fd) {
    return fdt.get(fd);
  }

  /** Takes a descriptor away: what it led to, or null. */
  @Nullable OpenFile remove(int fd) {
    return fdt.remove(fd);
  }

  /** Takes all of them away. */
  List<OpenFile> removeAll() {
    List<OpenFile> files = new ArrayList<>(fdt.values());
    fdt.clear();
    return files;
  }

  /** A copy of the table, entry by entry. */
  void forEach(java.util.function.BiConsumer<Integer, OpenFile> body) {
    fdt.forEach(body);
  }
}
