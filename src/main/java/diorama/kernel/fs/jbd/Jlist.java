package diorama.kernel.fs.jbd;

/** {@code b_jlist}: the list of its transaction that a journal_head is on. */
public enum Jlist {
  NONE("BJ_None"),
  SYNC_DATA("BJ_SyncData"),
  METADATA("BJ_Metadata"),
  FORGET("BJ_Forget"),
  IO("BJ_IO"),
  SHADOW("BJ_Shadow"),
  LOG_CTL("BJ_LogCtl"),
  RESERVED("BJ_Reserved"),
  LOCKED("BJ_Locked");

  private final String kernelName;

  Jlist(String kernelName) {
    this.kernelName = kernelName;
  }

  /** The kernel's name. */
  public String kernelName() {
    return kernelName;
  }

  /**
   * Whether a buffer on this list hides its dirty bit from the VM: BH_Dirty becomes BH_JBDDirty
   * while it is there.
   */
  boolean hidesDirty() {
    return this == METADATA || this == RESERVED || this == SHADOW || this == FORGET;
  }
}
