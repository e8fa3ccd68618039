package diorama.check;

/**
 * The tracepoints that checks and tables know by name.
 *
 * <p>They are a contract with the kernel code that emits them; whatever else is emitted is shown as
 * it is, and proves nothing.
 */
public final class TracepointName {
  /** A request was accepted; subject kiocb. */
  public static final String AIO_GET_REQ = "aio_get_req";

  /** ki_retry came back; subject kiocb, a = what it returned. */
  public static final String AIO_RUN_IOCB_RETURNED = "aio_run_iocb: returned";

  /** A request was completed; subject the pointer used, a = result, b = ki_users after it. */
  public static final String AIO_COMPLETE = "aio_complete";

  /** An event stands in the ring; subject the kiocb that it names, a = result. */
  public static final String EVENT = "event";

  /** The submitter gave its reference back; subject kiocb. */
  public static final String AIO_PUT_REQ = "aio_put_req";

  /** The last reference went; subject kiocb. */
  public static final String KMEM_CACHE_FREE_KIOCB = "kmem_cache_free kiocb";

  /** A reference on an open file was given back; subject file, a = how many are left. */
  public static final String FPUT = "fput";

  /** Memory of an open file is given back; subject file. */
  public static final String KMEM_CACHE_FREE_FILP = "kmem_cache_free filp";

  /** A pointer to freed memory is followed; subject the pointer, related what lives there now. */
  public static final String USE_AFTER_FREE = "use after free";

  /** A process took an event out of the ring. */
  public static final String IO_GETEVENTS_READ = "io_getevents: read";

  /** The detail is the function's name, for example {@code sys_io_submit}. */
  public static final String SYSCALL_ENTER = "syscall enter";

  /** The detail is the function's name and what it returned: {@code sys_io_submit = 1}. */
  public static final String SYSCALL_EXIT = "syscall exit";

  /** A transfer begins; subject the transfer, related the kiocb of an asynchronous one. */
  public static final String WRITE_BEGIN = "write: begin";

  /** A synchronous transfer ended; subject the transfer, a = bytes or a negative errno. */
  public static final String WRITE_END = "write: end";

  public static final String READ_BEGIN = "read: begin";
  public static final String READ_END = "read: end";

  /** A buffer's reference count went up; a = the new count. */
  public static final String GET_BH = "get_bh";

  /** A buffer's reference count went down; a = the new count. */
  public static final String PUT_BH = "put_bh";

  /** A page's buffers cannot be freed; subject page, related buffer, a = count, b = dirty, lock. */
  public static final String DROP_BUFFERS_BUSY = "drop_buffers: busy";

  public static final String DROP_BUFFERS = "drop_buffers";

  /** A page came into the cache, locked; subject page. */
  public static final String ADD_TO_PAGE_CACHE = "add_to_page_cache";

  /** A machine has come to rest; subject what it holds of a file in its cache. */
  public static final String CACHE_AT_REST = "cache at rest";

  public static final String REMOVE_FROM_PAGE_CACHE = "__remove_from_page_cache";
  public static final String PAGE_IS_DIRTY = "invalidate_complete_page2: page is dirty";
  public static final String UNLOCK_BUFFER = "unlock_buffer";
  public static final String WAIT_ON_BUFFER = "wait_on_buffer";
  public static final String END_PAGE_WRITEBACK = "end_page_writeback";

  /** The invalidator took the buffer off the journal's list. */
  public static final String JOURNAL_UNFILED = "journal_try_to_free_buffer: unfiled";

  /**
   * The journal does not let go of the buffer; related its transaction, or none when the buffer was
   * locked (a) or dirty (b).
   */
  public static final String JOURNAL_BUSY = "journal_try_to_free_buffer: busy";

  /** kjournald found the buffer under I/O, or started it, and will wait for it. */
  public static final String BJ_LOCKED = "journal_submit_data_buffers: BJ_Locked";

  /** kjournald waits for the buffer's I/O. */
  public static final String COMMIT_WAIT = "commit: wait";

  /** kjournald takes the buffer off the transaction. */
  public static final String COMMIT_UNFILE = "commit: unfile";

  public static final String COMMIT_PHASE = "commit: phase";

  /**
   * A buffer became part of a transaction of jbd2; subject the buffer, related the transaction, a =
   * its first sector on the device, b = tid.
   */
  public static final String JBD2_DIRTY_METADATA = "jbd2_journal_dirty_metadata";

  /** A commit record of jbd2 is on the device; subject the transaction, a = tid, b = an error. */
  public static final String JBD2_END_COMMIT = "jbd2_end_commit";

  /** jbd2 found a buffer dirty that a transaction has; subject the buffer, a = its block. */
  public static final String WARN_DIRTY_BUFFER = "warn_dirty_buffer";

  /** A buffered write copied nothing; a = the place in the file, b = how often in a row. */
  public static final String COPIED_NOTHING = "generic_perform_write: again";

  /** A line of the kernel log. */
  public static final String PRINTK = "printk";

  /** Nothing reaches the log any more. */
  public static final String JOURNAL_ABORTED = "journal aborted";

  /** With Leonid Ananiev's patch: the write is to be done again; subject the kiocb. */
  public static final String PG_BUSY_SET = "kiocbSetPgBusy";

  /** Its I/O has ended and it was kicked instead of completed; subject the kiocb. */
  public static final String PG_BUSY_CLEARED = "kiocbClearPgBusy";

  /** The sync that O_SYNC asks for failed; subject the kiocb, a = the error. */
  public static final String OSYNC_ERROR = "generic_osync_inode: error";

  /** A dio sent a bio off; subject dio, related kiocb or bio. */
  public static final String DIO_SUBMIT_BIO = "dio: submit bio";

  /** A dio's bio ended; subject dio, a = how many are left. */
  public static final String DIO_BIO_DONE = "dio: bio done";

  /** The submitter dropped its reference on the dio; a = how many are left. */
  public static final String DIO_PUT = "--dio->refcount";

  public static final String DIO_KFREE = "dio: kfree";

  /** Memory of a dio is handed out; subject dio. */
  public static final String DIO_KMALLOC = "kmalloc";

  /** Memory of a dio is given back; subject dio. */
  public static final String KFREE = "kfree";

  /**
   * Up to 2.6.16 a bio's error is put where the count of bytes stands; subject dio, a = the error.
   */
  public static final String BIO_FAILED = "dio->result: bio failed";

  /** A dio's bio has failed; subject dio, a = the error. */
  public static final String IO_ERROR = "dio->io_error";

  /** The same of iomap, or its submission failed; the first error stays. */
  public static final String IOMAP_DIO_SET_ERROR = "iomap_dio_set_error";

  /** Whoever dropped the last reference on a dio begins to complete it; subject dio. */
  public static final String DIO_COMPLETE = "dio_complete";

  /** The same of iomap. */
  public static final String IOMAP_DIO_COMPLETE = "iomap_dio_complete";

  /** Whoever completes a dio drops the cached pages of its range now; subject dio. */
  public static final String DIO_DROPS_PAGES = "dio: drops pages";

  /** Subject the workqueue. */
  public static final String ALLOC_WORKQUEUE = "alloc_workqueue";

  public static final String DESTROY_WORKQUEUE = "destroy_workqueue";

  /** A workqueue belongs to its superblock from here on; subject the workqueue. */
  public static final String WORKQUEUE_PUBLISHED = "s_dio_done_wq: published";

  /** Somebody else's was there already; subject the workqueue that is not needed. */
  public static final String WORKQUEUE_NOT_PUBLISHED = "s_dio_done_wq: lost the race";

  /** A count of bios was given back; subject dio, a = how many are left. */
  public static final String FINISHED_ONE_BIO = "finished_one_bio";

  /** The last count, given back in the section that wakes the submitter; subject dio, a = 0. */
  public static final String FALLBACK = "finished_one_bio: fallback";

  /** The submitter of a dio is woken without a lock; subject dio. */
  public static final String WAKE_UP_PROCESS = "wake_up_process";

  /** The submitter of a dio goes to sleep on its count; subject dio. */
  public static final String IO_SCHEDULE = "io_schedule";

  /** The worker of a dio returns; subject dio, a = what. */
  public static final String DIRECT_IO_WORKER = "direct_io_worker";

  /** A bio is a request of its own now; subject bio. */
  public static final String SUBMIT_BIO = "submit_bio";

  /** A bio joined a request that was there; subject bio. */
  public static final String BACK_MERGE = "back merge";

  public static final String FRONT_MERGE = "front merge";
  public static final String BIO_QUEUED = "bio: queued";

  /** The device is through with a bio; subject bio, a negative = the error. */
  public static final String BIO_DONE = "bio: done";

  private TracepointName() {}

  /** Whether it tells of a buffer in a transaction of jbd2. */
  public static boolean isOfJbd2(String name) {
    return switch (name) {
      case JBD2_DIRTY_METADATA, WARN_DIRTY_BUFFER -> true;
      default -> false;
    };
  }

  /** Whether the queue took a bio; the subject is the bio. */
  public static boolean isBioTaken(String name) {
    return switch (name) {
      case SUBMIT_BIO, BACK_MERGE, FRONT_MERGE -> true;
      default -> false;
    };
  }

  /** Whether a transfer failed on the device, with a = the error. */
  public static boolean isTransferError(String name) {
    return switch (name) {
      case BIO_DONE, IO_ERROR, IOMAP_DIO_SET_ERROR, BIO_FAILED -> true;
      default -> false;
    };
  }

  /** Whether somebody begins to complete a dio. */
  public static boolean isDioComplete(String name) {
    return switch (name) {
      case DIO_COMPLETE, IOMAP_DIO_COMPLETE -> true;
      default -> false;
    };
  }

  /** Whether a dio sent a bio off. */
  public static boolean isBioSubmission(String name) {
    return switch (name) {
      case DIO_SUBMIT_BIO, "dio_bio_submit", "iomap_dio_submit_bio" -> true;
      default -> false;
    };
  }

  /** Whether a dio's bio ended, with a = how many references on the dio are left. */
  public static boolean isBioEnd(String name) {
    return switch (name) {
      case DIO_BIO_DONE,
          "dio_bio_end_aio",
          "dio_bio_end_io",
          "iomap_dio_bio_end_io",
          FINISHED_ONE_BIO ->
          true;
      default -> false;
    };
  }
}
