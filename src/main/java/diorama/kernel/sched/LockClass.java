package diorama.kernel.sched;

/**
 * The lock classes that {@link Lockdep} orders, named as in the kernel.
 *
 * <p>{@code i_alloc_sem} is missing on purpose: it is released by another context than the one that
 * took it, which is why the kernel takes it with the {@code _non_owner} calls.
 */
public enum LockClass {
  I_MUTEX("&inode->i_mutex", true),
  TRUNCATE_MUTEX("&ei->truncate_mutex", true),
  I_DATA_SEM("&ei->i_data_sem", true),
  I_RWSEM("&sb->s_type->i_mutex_key", true),
  MMAP_SEM("&mm->mmap_sem", true),
  PAGE_LOCK("PG_locked", false),
  BUFFER_LOCK("BH_Lock", false),
  JBD_HANDLE("jbd_handle", false),
  BH_STATE("jbd_lock_bh_state", false),
  J_STATE_LOCK("&journal->j_state_lock", true),
  J_LIST_LOCK("&journal->j_list_lock", true);

  private final String kernelName;
  private final boolean known;

  LockClass(String kernelName, boolean known) {
    this.kernelName = kernelName;
    this.known = known;
  }

  /** Whether nobody sleeps for it: who sleeps and takes it then waits for something else. */
  public boolean spins() {
    return this == BH_STATE || this == J_STATE_LOCK || this == J_LIST_LOCK;
  }

  /**
   * The file whose {@code might_sleep()} notices that an interrupt wants such a lock (4.14). The
   * line is printed behind it there; which one it was in 4.14 was not found.
   */
  String mightSleepIn() {
    return switch (this) {
      case PAGE_LOCK -> "include/linux/pagemap.h";
      case BUFFER_LOCK -> "include/linux/buffer_head.h";
      case MMAP_SEM, I_RWSEM -> "kernel/locking/rwsem.c";
      default -> "kernel/locking/mutex.c";
    };
  }

  /** The name that the kernel's lockdep prints. */
  public String kernelName() {
    return kernelName;
  }

  /**
   * Whether lockdep of 2.6.20 knows this class: bit locks and journal handles were not its objects.
   */
  public boolean knownToLockdep() {
    return known;
  }
}
