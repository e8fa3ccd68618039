package diorama.kernel.fs;

/** The direction of a transfer: {@code READ} and {@code WRITE} of {@code linux/fs.h}. */
public enum Rw {
  READ,
  WRITE
}
