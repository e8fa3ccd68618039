package diorama.kernel.fs;

import diorama.kernel.data.Content;

/**
 * {@code struct iovec} together with the user memory it points to.
 *
 * @param base user address, of which only the alignment matters
 * @param length bytes
 * @param memory what is there when it is read from, in whole sectors: at least {@code length} bytes
 * @param mapped how many bytes from the start can be accessed; below {@code length} the rest faults
 *     with EFAULT
 */
public record IoVec(long base, long length, Content memory, long mapped) {
  /** A page-aligned buffer, wholly accessible. */
  public static IoVec aligned(Content memory) {
    long bytes = (long) memory.sectors() * 512;
    return new IoVec(0x10000, bytes, memory, bytes);
  }
}
