package diorama.trace;

/** A kernel function's result as people write it: bytes, or a negative error by name. */
final class Result {
  private Result() {}

  static String of(long result) {
    return switch ((int) result) {
      case -4 -> "-EINTR";
      case -5 -> "-EIO";
      case -11 -> "-EAGAIN";
      case -12 -> "-ENOMEM";
      case -14 -> "-EFAULT";
      case -15 -> "-ENOTBLK";
      case -22 -> "-EINVAL";
      case -28 -> "-ENOSPC";
      case -529 -> "-EIOCBQUEUED";
      case -530 -> "-EIOCBRETRY";
      default -> Long.toString(result);
    };
  }
}
