package diorama.kernel;

/** Error numbers of {@code include/linux/errno.h}; kernel functions return them negated. */
public final class Errno {
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int ENOTBLK = 15;
  public static final int EBUSY = 16;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;

  /** The request was queued: somebody else completes it. Never seen by user programs. */
  public static final int EIOCBQUEUED = 529;

  /** The request is to be tried again. Never seen by user programs. */
  public static final int EIOCBRETRY = 530;

  private Errno() {}

  /** The symbol of an error number, for example {@code EIO} for 5 or -5. */
  public static String name(long errno) {
    return switch ((int) Math.abs(errno)) {
      case ENOENT -> "ENOENT";
      case ESRCH -> "ESRCH";
      case EINTR -> "EINTR";
      case EIO -> "EIO";
      case EBADF -> "EBADF";
      case ECHILD -> "ECHILD";
      case EAGAIN -> "EAGAIN";
      case ENOMEM -> "ENOMEM";
      case EACCES -> "EACCES";
      case EFAULT -> "EFAULT";
      case ENOTBLK -> "ENOTBLK";
      case EBUSY -> "EBUSY";
      case ENODEV -> "ENODEV";
      case EINVAL -> "EINVAL";
      case EFBIG -> "EFBIG";
      case ENOSPC -> "ENOSPC";
      case EROFS -> "EROFS";
      case EIOCBQUEUED -> "EIOCBQUEUED";
      case EIOCBRETRY -> "EIOCBRETRY";
      default -> "E" + Math.abs(errno);
    };
  }
}
