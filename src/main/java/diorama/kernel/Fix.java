package diorama.kernel;

/**
 * One toggle of the kernel, named after what it does and carrying the commit that made it.
 *
 * <p>A profile is a set of these. Each is used by exactly the lines of kernel code that the commit
 * changed, so that the difference between two profiles reads like the diff.
 */
public enum Fix {
  /** Moves the invalidation of cached pages in front of the direct write. */
  INVALIDATE_BEFORE_DIRECT_WRITE(
      "65b8291c",
      "[PATCH] dio: invalidate clean pages before dio write",
      2007,
      "2.6.21-rc5",
      "A direct write drops the cached pages of its range before ->direct_IO, so that a failure is"
          + " returned before -EIOCBQUEUED can be; the invalidation after the write is reached only"
          + " when ->direct_IO returned 0.",
      "seed 000; mm/filemap.c generic_file_direct_IO"),

  /** invalidate_inode_pages2_range goes on after a failure and returns the last page's verdict. */
  INVALIDATE_WHOLE_RANGE(
      "7b965e08",
      "[PATCH] VM: invalidate_inode_pages2_range() should not exit early",
      2007,
      "2.6.21-rc3",
      "invalidate_inode_pages2_range visits every page of the range; its result is that of the last"
          + " page visited, so most failures are masked until 0dd1334f.",
      "mm/truncate.c invalidate_inode_pages2_range; that it masks failures: commit 0dd1334f"),

  /** Only direct_io_worker raises -EIOCBQUEUED, and completion follows the update of i_size. */
  WORKER_RAISES_EIOCBQUEUED(
      "8459d86a",
      "[PATCH] dio: only call aio_complete() after returning -EIOCBQUEUED",
      2006,
      "2.6.20-rc1",
      "direct_io_worker alone decides on -EIOCBQUEUED; the AIO core completes what is not queued,"
          + " after i_size was updated.",
      "the commit; fs/direct-io.c"),

  /** One reference count under bio_lock decides who completes a dio. */
  DIO_REFCOUNT_LOCKED(
      "5eb6c7a2",
      "[PATCH] dio: lock refcount operations",
      2006,
      "2.6.20-rc1",
      "dio->refcount is changed under bio_lock, and the decision to wake the submitter is made in"
          + " the same section.",
      "the commit; fs/direct-io.c"),

  /** An error while pages are pinned is reported by asynchronous requests too. */
  DIO_PAGE_ERRORS_REPORTED(
      "6d544bb4",
      "[PATCH] dio: centralize completion in dio_complete()",
      2006,
      "2.6.20-rc1",
      "Asynchronous completion reports page_errors like synchronous completion; before, a region"
          + " filled with zeros was reported as success.",
      "the commit; fs/direct-io.c dio_complete"),

  /** direct_io_worker does not look at a dio after it dropped its reference. */
  DIO_NO_BUG_AFTER_LAST_REFERENCE(
      "fcb82f88",
      "dio: remove the BUG_ON that reads a dio without a reference",
      2007,
      "2.6.22",
      "direct_io_worker no longer tests is_async after --refcount, where an interrupt may have freed"
          + " the dio and somebody else got its memory.",
      "fs/direct-io.c direct_io_worker. Title in own words"),

  /** kjournald waits for ordered buffers that somebody else submitted. */
  JBD_WAIT_FOR_SUBMITTED_DATA(
      "6f5a9da1",
      "[PATCH] jbd: wait for already submitted t_sync_datalist buffer to complete",
      2006,
      "2.6.20-rc2",
      "A clean but locked buffer of the committing transaction is waited for, not forgotten.",
      "fs/jbd/commit.c journal_submit_data_buffers"),

  /**
   * wait_for_all_aios looks at reqs_active under ctx_lock; kiocbs hold no reference on the kioctx.
   */
  WAIT_FOR_ALL_AIOS_LOCKED(
      "dee11c23",
      "[PATCH] aio: fix buggy put_ioctx call in aio_complete - v2",
      2007,
      "2.6.20",
      "wait_for_all_aios tests reqs_active under ctx_lock, and reqs_active alone keeps the kioctx"
          + " alive.",
      "the commit; fs/aio.c wait_for_all_aios"),

  /** Invalidation may write back a page that is dirty again. */
  LAUNDER_PAGE(
      "e3db7691",
      "[PATCH] NFS: Fix race in nfs_release_page()",
      2007,
      "2.6.20-rc5",
      "invalidate_inode_pages2_range calls ->launder_page on a dirty page where the file system has"
          + " one, and takes its result for each page anew. ext3 has none: there the result of the"
          + " page before is forgotten, and nothing else changes.",
      "mm/truncate.c do_launder_page"),

  /** A page fault holds the page lock until the page is in the page table. */
  FAULT_LOCKS_PAGE(
      "d00806b1",
      "mm: fix fault vs invalidate race for linear mappings",
      2007,
      "2.6.23",
      "->nopage returns its page locked, and do_no_page unlocks it when it is mapped, so that no"
          + " invalidation drops it in between: before, a page could be mapped that was not in the"
          + " cache any more.",
      "the commit; mm/memory.c do_no_page, mm/filemap.c filemap_nopage"),

  /**
   * The cached pages of the range are dropped after every direct write too, whatever comes of it.
   */
  INVALIDATE_AFTER_DIRECT_WRITE(
      "bdb76ef5",
      "dio: fix cache invalidation after sync writes",
      2007,
      "2.6.24",
      "generic_file_direct_IO drops the cached pages of the range once more after ->direct_IO,"
          + " whatever that returned, and ignores what cannot be dropped. After an asynchronous write"
          + " was queued that is too early: its data are still on their way.",
      "the commit; mm/filemap.c generic_file_direct_IO"),

  /** invalidate_inode_pages2_range returns a failure, whichever page it met. */
  INVALIDATE_KEEPS_ERROR(
      "0dd1334f",
      "fix invalidate_inode_pages2_range() to not clear ret",
      2008,
      "2.6.26",
      "The result of a page that could not be dropped is not overwritten by that of the next page.",
      "the commit; mm/truncate.c invalidate_inode_pages2_range"),

  /** releasepage waits for the transaction that is being committed. */
  JBD_RELEASEPAGE_WAITS_FOR_COMMIT(
      "3f31fddf",
      "jbd: fix race between free buffer and commit transaction",
      2008,
      "2.6.27",
      "journal_try_to_free_buffers that has failed waits, if its caller may sleep, until the"
          + " committing transaction is in the log, and tries once more.",
      "the commit; fs/jbd/transaction.c journal_try_to_free_buffers"),

  /** A page that cannot be dropped makes the direct write a buffered one. */
  BUSY_PAGE_FALLS_BACK_TO_BUFFERED(
      "6ccfa806",
      "VFS: fix dio write returning EIO when try_to_release_page fails",
      2008,
      "2.6.27",
      "invalidate_inode_pages2_range returns -EBUSY instead of -EIO, and a direct write that gets it"
          + " before its I/O writes nothing directly: all of it goes through the page cache.",
      "the commit; mm/truncate.c, mm/filemap.c generic_file_direct_write");

  private final String commit;
  private final String title;
  private final int year;
  private final String firstRelease;
  private final String changes;
  private final String source;

  Fix(String commit, String title, int year, String firstRelease, String changes, String source) {
    this.commit = commit;
    this.title = title;
    this.year = year;
    this.firstRelease = firstRelease;
    this.changes = changes;
    this.source = source;
  }

  /** The abbreviated commit, or the mailing-list name of a patch that never became one. */
  public String commit() {
    return commit;
  }

  /** The commit's title. */
  public String title() {
    return title;
  }

  /** When it was written. */
  public int year() {
    return year;
  }

  /** The first release that has it. */
  public String firstRelease() {
    return firstRelease;
  }

  /** What it changes, in one or two sentences. */
  public String changes() {
    return changes;
  }

  /** Where that is documented. */
  public String source() {
    return source;
  }
}
