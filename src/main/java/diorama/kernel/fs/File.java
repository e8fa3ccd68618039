package diorama.kernel.fs;

import diorama.kernel.mm.FileRaState;

/**
 * {@code struct file}: an open file description.
 *
 * @param inode the file
 * @param readable {@code FMODE_READ}
 * @param writable {@code FMODE_WRITE}
 * @param direct {@code O_DIRECT}
 * @param sync {@code O_SYNC}
 * @param readahead {@code f_ra}
 */
public record File(
    Inode inode,
    boolean readable,
    boolean writable,
    boolean direct,
    boolean sync,
    FileRaState readahead) {

  /** A file from which nothing was read yet. */
  public File(Inode inode, boolean readable, boolean writable, boolean direct, boolean sync) {
    this(inode, readable, writable, direct, sync, new FileRaState());
  }
}
