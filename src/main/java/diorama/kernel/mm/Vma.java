package diorama.kernel.mm;

import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;

/**
 * {@code struct vm_area_struct}: a range of a process's addresses that is a shared mapping of a
 * file. It does not change, and is equal to itself only.
 */
public final class Vma {
  private final File file;
  private final long start;
  private final long end;
  private final long pgoff;

  /**
   * A mapping of whole pages.
   *
   * @param file {@code vm_file}
   * @param start the first address
   * @param end the first address behind it
   * @param pgoff which page of the file comes first
   */
  Vma(File file, long start, long end, long pgoff) {
    this.file = file;
    this.start = start;
    this.end = end;
    this.pgoff = pgoff;
  }

  /** {@code vm_file}. */
  public File file() {
    return file;
  }

  /** The file that is mapped. */
  Inode inode() {
    return file.inode();
  }

  /** {@code vm_start}. */
  public long start() {
    return start;
  }

  /** {@code vm_end}: the first address behind it. */
  long end() {
    return end;
  }

  /** {@code VM_WRITE}: a file that is open for writing is mapped so. */
  boolean writable() {
    return file.writable();
  }

  /** Which page of the file lies at an address. */
  long index(long address) {
    return pgoff + ((address - start) >> Page.SHIFT);
  }

  /** Which byte of the file lies at an address. */
  public long filePosition(long address) {
    return (pgoff << Page.SHIFT) + address - start;
  }
}
