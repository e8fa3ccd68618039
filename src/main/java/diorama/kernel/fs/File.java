package diorama.kernel.fs;

import diorama.kernel.mm.Errseq;
import diorama.kernel.mm.FileRaState;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct file}: an open file description.
 *
 * @param inode the file
 * @param readable {@code FMODE_READ}
 * @param writable {@code FMODE_WRITE}
 * @param direct {@code O_DIRECT}
 * @param sync {@code O_SYNC}
 * @param path {@code file_path}, as the log names it
 * @param readahead {@code f_ra}
 * @param wbErr {@code f_wb_err}
 * @param filp where in the slab "filp"; null where the miniature does not count who uses it
 */
public record File(
    Inode inode,
    boolean readable,
    boolean writable,
    boolean direct,
    boolean sync,
    String path,
    FileRaState readahead,
    Errseq wbErr,
    @Nullable FilpRef filp) {

  /** A file from which nothing was read yet. */
  public File(
      Inode inode, boolean readable, boolean writable, boolean direct, boolean sync, String path) {
    this(inode, readable, writable, direct, sync, path, new FileRaState(), new Errseq(), null);
  }

  /** One that nobody has a name for. */
  public File(Inode inode, boolean readable, boolean writable, boolean direct, boolean sync) {
    this(inode, readable, writable, direct, sync, "(unknown)");
  }

  /** The same file in another place, or in none. */
  File at(@Nullable FilpRef place) {
    return new File(inode, readable, writable, direct, sync, path, readahead, wbErr, place);
  }
}
