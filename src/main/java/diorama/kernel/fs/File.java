package diorama.kernel.fs;

/**
 * {@code struct file}: an open file description.
 *
 * @param inode the file
 * @param readable {@code FMODE_READ}
 * @param writable {@code FMODE_WRITE}
 * @param direct {@code O_DIRECT}
 * @param sync {@code O_SYNC}
 */
public record File(Inode inode, boolean readable, boolean writable, boolean direct, boolean sync) {}
