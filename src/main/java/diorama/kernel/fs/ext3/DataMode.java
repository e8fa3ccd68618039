package diorama.kernel.fs.ext3;

/** The mount option {@code data=}. */
public enum DataMode {
  /** Data is written before the metadata that points to it is committed. */
  ORDERED,
  /** Data is written whenever; only metadata is journalled. */
  WRITEBACK,
  /** Data is journalled like metadata. There is no direct I/O. */
  JOURNAL
}
