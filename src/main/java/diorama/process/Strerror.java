package diorama.process;

import diorama.kernel.Errno;

/** {@code strerror}: the C library's words for an error. */
public final class Strerror {
  /** What fio reports for data that are not what was written. */
  public static final int EILSEQ = 84;

  private Strerror() {}

  /** For a positive errno. */
  public static String of(long errno) {
    return switch ((int) errno) {
      case Errno.ENOENT -> "No such file or directory";
      case Errno.ESRCH -> "No such process";
      case Errno.EINTR -> "Interrupted system call";
      case Errno.EIO -> "Input/output error";
      case Errno.EBADF -> "Bad file descriptor";
      case Errno.ECHILD -> "No child processes";
      case Errno.EAGAIN -> "Resource temporarily unavailable";
      case Errno.ENOMEM -> "Cannot allocate memory";
      case Errno.EFAULT -> "Bad address";
      case Errno.ENOTBLK -> "Block device required";
      case Errno.EINVAL -> "Invalid argument";
      case Errno.EFBIG -> "File too large";
      case Errno.ENOSPC -> "No space left on device";
      case Errno.EROFS -> "Read-only file system";
      case EILSEQ -> "Invalid or incomplete multibyte or wide character";
      default -> "Unknown error " + errno;
    };
  }
}
