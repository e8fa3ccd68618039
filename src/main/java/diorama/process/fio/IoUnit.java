package diorama.process.fio;

/**
 * {@code struct io_u}: one request of a job.
 *
 * @param write whether it writes
 * @param offset position in the file, in bytes
 * @param length bytes
 */
record IoUnit(boolean write, long offset, long length) {
  /** What is left to do after so many bytes. */
  IoUnit after(long bytes) {
    return new IoUnit(write, offset + bytes, length - bytes);
  }
}
