package diorama.kernel.mm;

/** What a caller allows memory management to do for it: the part of {@code gfp_t} that matters. */
public enum Gfp {
  /** 0: neither sleep nor call into the file system. */
  NONE,
  /** {@code GFP_KERNEL}: {@code __GFP_WAIT} and {@code __GFP_FS} among others. */
  KERNEL
}
