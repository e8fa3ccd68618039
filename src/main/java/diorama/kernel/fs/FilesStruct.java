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

  /**
   * {@code dup_fd}: a table of its own for a child.
   *
   * <p>File positions are the child's own from here on, and nobody counts who uses its files; in
   * the kernel both stay shared.
   */
  FilesStruct dup() {
    FilesStruct child = new FilesStruct();
    fdt.forEach(
        (fd, filp) -> {
          OpenFile copy = new OpenFile(filp.file().at(null));
          copy.setFPos(filp.fPos());
          child.fdt.put(fd, copy);
        });
    return child;
  }
}
