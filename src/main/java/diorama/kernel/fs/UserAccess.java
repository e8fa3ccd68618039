package diorama.kernel.fs;

/** What happens when the kernel touches a small structure in user memory. */
public enum UserAccess {
  /** It can be read and written. */
  ALL,
  /** Writing it faults: {@code put_user} fails. */
  READ_ONLY,
  /** Any access faults: {@code get_user} fails. */
  NONE;

  /** Where the kernel's part of a 32-bit address space begins. */
  private static final long PAGE_OFFSET = 0xC0000000L;

  /** {@code access_ok}: whether a range lies below the kernel's part of memory. */
  static boolean accessOk(long base, long length) {
    return base >= 0 && length >= 0 && base + length <= PAGE_OFFSET;
  }
}
