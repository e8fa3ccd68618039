package diorama.kernel;

/**
 * One toggle of the kernel, named after what it does and carrying the commit that made it.
 *
 * <p>A profile is a set of these. Each is used by exactly the lines of kernel code that the commit
 * changed, so that the difference between two profiles reads like the diff.
 */
public enum Fix {
  /** The submitter sets its task state before it looks whether it has to sleep. */
  DIO_STATE_SET_BEFORE_TEST(
      "dio-aio-fixes-fixes",
      "AIO and direct-io fixes, fixed",
      2003,
      "2.6.6",
      "direct_io_worker sets TASK_UNINTERRUPTIBLE before it reads bio_count, so that a wake-up between"
          + " the two is not lost.",
      "the patch of that name in -mm, November 2003. Title in own words"),

  /** A direct write that meets a hole leaves only the rest to buffered I/O. */
  FALLBACK_FOR_REMAINDER(
      "c58d3aeb-remainder",
      "[PATCH] AIO+DIO bio_count race fix: only the remainder is buffered",
      2004,
      "2.6.6",
      "A direct write that met a hole returns the bytes that it has done instead of -ENOTBLK, and only"
          + " the rest is written through the page cache.",
      "seed 002; mm/filemap.c, fs/direct-io.c. In -mm since 16 November 2003"),

  /** Whether the submitter waits is its own decision, and it frees what it has waited for. */
  DIO_WAIT_DECIDED_BEFORE_LAST_REFERENCE(
      "v2-should-wait",
      "the patch of 24 November 2003: local should_wait, the submitter frees the dio",
      2003,
      "2.6.6",
      "direct_io_worker decides before it gives back its count whether it has to wait, and frees the"
          + " dio afterwards; before, it read dio->waiter from memory that might be free, and freed"
          + " nothing.",
      "linux-kernel, 24 November 2003; that nothing was freed is inferred for the patch of 16"
          + " November"),

  /** One lock for all fields that count bios; the last one gives back its count at the end. */
  BIO_COUNT_UNDER_BIO_LOCK(
      "c58d3aeb-bio_lock",
      "[PATCH] AIO+DIO bio_count race fix: bio_lock",
      2004,
      "2.6.6",
      "bio_count and bios_in_flight are plain numbers under bio_lock; bio_count stays at 1 until the"
          + " request is complete, and is dropped in the section that wakes the submitter.",
      "seed 002; fs/direct-io.c finished_one_bio. Posted 25 November 2003 to 5 January 2004"),

  /** The worker completes only what its caller will call queued. */
  DIO_COMPLETES_WHAT_CALLER_QUEUES(
      "c58d3aeb-efault",
      "[PATCH] AIO+DIO bio_count race fix: the update about EFAULT",
      2004,
      "2.6.6",
      "An asynchronous write that extends the file, and is waited for, is completed by the worker only"
          + " if all of it was written; an error is left to io_submit_one.",
      "seed 002, its last paragraphs; posted 4 March 2004"),

  /** Requests are run, and run again, through the run list of their kioctx. */
  AIO_RETRY(
      "aio-retry",
      "the retry infrastructure of fs/aio.c: ki_retry, run_list, aio_run_iocb",
      2004,
      "2.6.9",
      "io_submit_one runs a request by aio_run_iocb, which completes what was not queued while the"
          + " submitter still holds its reference; before, io_submit_one dropped that first.",
      "fs/aio.c of 2.6.9, where it was seen; it may be older. Title in own words"),

  /** The remainder of a direct write comes from its own place in the buffer. */
  PARTIAL_DIO_BUF_OFFSET(
      "partial-dio-buf-offset",
      "handle partial DIO writes",
      2004,
      "2.6.9",
      "generic_file_buffered_write begins behind the bytes that were written directly, not at the start"
          + " of the user's buffer. For several buffers since 2.6.11; what was left there until"
          + " f021e921 (2.6.12) is not in the miniature.",
      "mm/filemap.c of 2.6.6 to 2.6.8, of 2.6.9 and of 2.6.10. Title in own words"),

  /** That a cached page could not be dropped becomes the result of the write. */
  INVALIDATE2_RETURNS_EIO(
      "invalidate2-returns-EIO",
      "invalidate_inode_pages2 returns an error",
      2005,
      "2.6.11",
      "invalidate_inode_pages2 returns -EIO for a page that stays, and stops there; before, it returned"
          + " nothing and went on.",
      "mm/truncate.c of 2.6.10 and of 2.6.11. Title in own words"),

  /** Only the cached pages of the written range are dropped. */
  INVALIDATE2_RANGE(
      "invalidate2-range",
      "invalidate_inode_pages2_range",
      2005,
      "2.6.12",
      "A direct write drops the cached pages of its range, no longer those of the whole file.",
      "mm/filemap.c of 2.6.11 and of 2.6.12-rc2. Title in own words"),

  /** A short asynchronous read returns what there is, not whole blocks. */
  AIO_READ_CLIPPED_TO_SIZE(
      "29504ff3",
      "[PATCH] Direct IO async short read fix",
      2005,
      "2.6.12",
      "The result of an asynchronous direct read ends at i_size, as that of a synchronous one does.",
      "fs/direct-io.c finished_one_bio. Title in own words"),

  /** An O_SYNC write that was written but not synced is an error. */
  OSYNC_ERROR_RETURNED(
      "1e8a81c5",
      "generic_file_direct_write returns the error of generic_osync_inode",
      2005,
      "2.6.13",
      "An error of the O_SYNC metadata sync after a direct write becomes the result of the write; before,"
          + " it was forgotten.",
      "mm/filemap.c generic_file_direct_write. Title in own words"),

  /** io_cancel says -EINVAL of a request that cannot be cancelled. */
  IO_CANCEL_EINVAL(
      "8f58202b",
      "[PATCH] change io_cancel return code for no cancel case",
      2005,
      "2.6.14",
      "io_cancel returns -EINVAL, not -EAGAIN, for a request that has no ki_cancel, as no direct I/O"
          + " has.",
      "fs/aio.c sys_io_cancel"),

  /** A bio's error has a place of its own. */
  DIO_IO_ERROR_SEPARATE(
      "174e27c6",
      "[PATCH] direct-io: bug fix in dio handling write error",
      2006,
      "2.6.17",
      "A bio that failed is noted in dio->io_error; before, in dio->result, which the submitter compares"
          + " with the size, and adds to: an asynchronous write that failed never got its event.",
      "fs/direct-io.c dio_bio_complete"),

  /** What a direct write has left to buffered I/O is written to disk and dropped from the cache. */
  FALLBACK_SYNCS_ITS_RANGE(
      "fb5527e6",
      "[PATCH] direct-io: sync and invalidate file region when falling back to buffered write",
      2006,
      "2.6.19",
      "After the buffered part of a direct write its pages are written, waited for and dropped, so that"
          + " none of them meets the next direct I/O.",
      "mm/filemap.c __generic_file_aio_write_nolock"),

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
      "the commit; mm/truncate.c, mm/filemap.c generic_file_direct_write"),

  /** ext3 holds no journal handle while it writes directly. */
  EXT3_DIRECT_IO_WITHOUT_HANDLE(
      "bd1939de",
      "ext3: fix lock inversion in direct IO",
      2008,
      "2.6.27",
      "ext3_direct_IO no longer has a handle open across the transfer: ext3_get_block opens one for the"
          + " blocks that it allocates. Page locks may be taken while it waits and when it completes.",
      "fs/ext3/inode.c of 4.2.8, fs/ext4/inode.c ext4_ind_direct_IO; commit and release from memory"),

  /** A direct write is one function, and drops cached pages in front of and behind it. */
  ONE_DIRECT_WRITE_FUNCTION(
      "a969e903",
      "kill generic_file_direct_IO()",
      2008,
      "2.6.28",
      "generic_file_direct_write does what generic_file_direct_IO did, for the pages of its range only,"
          + " and __generic_file_write_iter what is left to the page cache. The later changes of these"
          + " functions up to 4.2 are counted with it.",
      "mm/filemap.c of 4.2.8; title and first release from memory"),

  /** Direct I/O in flight is counted, and holds no semaphore. */
  I_DIO_COUNT(
      "bd5fe6c5",
      "fs: kill i_alloc_sem",
      2011,
      "3.1",
      "i_dio_count takes the place of i_alloc_sem: it goes up in front of the first bio of a request and"
          + " down when the request completes, whoever does that.",
      "fs/direct-io.c of 4.2.8; first release from memory"),

  /** fsync takes no i_mutex around the file system's method. */
  FSYNC_WITHOUT_I_MUTEX(
      "02c24a82",
      "fs: push i_mutex and filemap_write_and_wait down into ->fsync() handlers",
      2011,
      "3.1",
      "vfs_fsync_range calls ->fsync without i_mutex, and the method writes the pages and waits for them"
          + " before it looks at the inode.",
      "fs/sync.c of 4.2.8; title and first release from memory"),

  /** The end of an open file is put off until nobody is in the way of it. */
  DELAYED_FPUT(
      "4a9d4b02",
      "switch fput to task_work_add",
      2012,
      "3.6",
      "The last fput of a task runs __fput when the task returns to its program, that of an interrupt or"
          + " a kernel thread in a worker; the struct file goes back to its slab a grace period of RCU"
          + " later. Only from here on does the miniature keep account of who uses a struct file.",
      "fs/file_table.c of 4.2.8; commit, title and first release from memory"),

  /** An asynchronous request is run once. */
  AIO_WITHOUT_RETRY(
      "41003a7b",
      "aio: remove retry-based AIO",
      2013,
      "3.10",
      "A request whose method has transferred a part is completed with that part; before, the method was"
          + " called again for the rest.",
      "fs/aio.c of 4.2.8; first release from memory"),

  /** A kioctx counts who uses it and what is in flight, and frees itself. */
  AIO_PERCPU_REFS(
      "723be6e3",
      "aio: percpu ioctx refcount",
      2013,
      "3.12",
      "users and reqs are percpu references of a kioctx, a slot is free again when its event has been"
          + " read, completion_lock guards the tail of the ring, and no request is cancelled by"
          + " io_destroy, which waits for it. e1bdd5f2 and e34ecee2 are counted with it, and what was"
          + " mended of both up to 4.2.",
      "fs/aio.c of 4.2.8; commits, title and first release from memory"),

  /** Direct I/O can complete in a worker of the superblock. */
  DIO_DONE_WORKQUEUE(
      "7b7a8665",
      "direct-io: Implement generic deferred AIO completions",
      2013,
      "3.12",
      "An asynchronous write with O_DSYNC completes in s_dio_done_wq, which its first writer makes, so"
          + " that completion can sync. do_blockdev_direct_IO and dio_complete as they are since then"
          + " are counted with it.",
      "fs/direct-io.c of 4.2.8; first release from memory"),

  /** The submitter holds the file while the file system works on a request. */
  AIO_FILE_REF(
      "0b944d3a",
      "aio: hold an extra file reference over AIO read/write operations",
      2016,
      "4.9",
      "aio_run_iocb takes a reference on the file around ->read_iter and ->write_iter. 70fe2f48, which"
          + " lets the completion end the write with regard to freezing, is counted with it: before,"
          + " aio_run_iocb called file_end_write when the request may have been completed and freed.",
      "fs/aio.c of 4.8 and 4.9.0; 70fe2f48 from memory"),

  /** The file system's end_io hears of an error. */
  DIO_END_IO_GETS_ERROR(
      "187372a3",
      "direct-io: always call ->end_io if non-NULL",
      2016,
      "4.6",
      "dio_complete passes the result to end_io, and takes over an error of it; before, it passed the"
          + " number of bytes, whether they had been transferred or not.",
      "fs/direct-io.c of 4.6.2; commit and first release from memory"),

  /** A mistake: what generic_write_sync returns takes the place of an error. */
  DIO_ERROR_LOST(
      "e2592217",
      "fs: simplify the generic_write_sync prototype",
      2016,
      "4.7",
      "dio_complete calls generic_write_sync for each asynchronous write and returns what that does: for"
          + " a write without O_DSYNC the number of bytes that it is given, even if the bio has failed."
          + " 41e817bc ends it.",
      "fs/direct-io.c of 4.9, 4.12 and 4.18"),

  /** Every open file hears once of each write-back error. */
  ERRSEQ_WB_ERR(
      "5660e13d",
      "fs: new infrastructure for writeback error handling and reporting",
      2017,
      "4.13",
      "fsync compares mapping->wb_err with what the open file has seen of it; before, the first fsync of"
          + " anybody took the one AS_EIO bit away.",
      "mm/filemap.c file_check_and_advance_wb_err of 4.13; commit and title from memory"),

  /** Direct I/O without buffer heads, which XFS uses. */
  IOMAP_DIO(
      "ff6a9292",
      "iomap: implement direct I/O",
      2016,
      "4.10",
      "fs/iomap.c has iomap_dio_rw, which asks the file system for extents and completes every"
          + " asynchronous write in s_dio_done_wq; XFS uses it from the same release on, with its lock"
          + " shared. XFS is there from here on.",
      "fs/iomap.c and fs/xfs/xfs_file.c of 4.13; the commit from memory"),

  /** The workqueue is there before the first bio. */
  IOMAP_WQ_BEFORE_SUBMIT(
      "546e7be8",
      "iomap_dio_rw: Allocate AIO completion queue before submitting dio",
      2017,
      "4.14",
      "iomap_dio_rw makes s_dio_done_wq before it submits; before, when the bios were on their way,"
          + " so that one that ended after the allocation had failed found none.",
      "fs/iomap.c of 4.13 and 4.15.2; commit from memory. Here an allocation does not fail"),

  /** A file grows when its new data are converted, not before. */
  XFS_SIZE_AFTER_CONVERSION(
      "ee70daab",
      "xfs: update i_size after unwritten conversion in dio completion",
      2017,
      "4.14",
      "xfs_dio_write_end_io converts unwritten extents first and moves i_size then; before, a reader"
          + " in between found zeros inside the file.",
      "fs/xfs/xfs_file.c of 4.13.4 and 6.12; first release from memory"),

  /** The cached pages of the range are dropped when a direct write completes. */
  DIO_INVALIDATES_ON_COMPLETION(
      "332391a9",
      "fs: Fix page cache inconsistency when mixing buffered and AIO DIO",
      2017,
      "4.14",
      "dio_complete drops the cached pages of what was written, and warns if one stays. An asynchronous"
          + " write to a file that has cached pages completes in s_dio_done_wq, which every asynchronous"
          + " write makes beforehand.",
      "seed 003"),

  /** In interrupt no page is dropped. */
  DIO_NO_INVALIDATION_IN_IRQ(
      "ffe51f01",
      "fs: Avoid invalidation in interrupt context in dio_complete()",
      2017,
      "4.14",
      "The caller of dio_complete says whether pages may be dropped; before, dio_complete read nrpages"
          + " once more, and a page that had come since made an interrupt sleep.",
      "fs/direct-io.c of 4.15.2; title from memory"),

  /** Pages are dropped after the file system's end_io. */
  DIO_INVALIDATES_AFTER_END_IO(
      "5e25c269",
      "fs: invalidate page cache after end_io() in dio completion",
      2017,
      "4.14",
      "dio_complete calls end_io, which makes an unwritten extent a written one, before it drops the"
          + " pages, not after it: in between a reader cached zeros.",
      "fs/direct-io.c of 4.15.2; title from memory"),

  /** A page that stays is told of in the log, and at the next fsync. */
  DIO_STALE_PAGECACHE_REPORTED(
      "5a9d929d",
      "iomap: report collisions between directio and buffered writes to userspace",
      2018,
      "4.16",
      "dio_warn_stale_pagecache writes two critical lines, at most ten a day, and sets wb_err, so that"
          + " fsync fails with -EIO; before, there was a WARN_ON_ONCE.",
      "fs/direct-io.c of 4.18.0; first release inferred from 4.15.2"),

  /** An error that nobody has been told of is told to who opens the file after it. */
  ERRSEQ_UNSEEN_IS_REPORTED(
      "b4678df1",
      "errseq: Always report a writeback error once",
      2018,
      "4.17",
      "A file that is opened starts from before an error that nobody has seen yet; before, opening it"
          + " counted as having seen it.",
      "lib/errseq.c; commit, title and first release from memory"),

  /** A mistake: the submitter no longer holds the file. */
  AIO_FILE_REF_LOST(
      "54843f87",
      "aio: refactor read/write iocb setup",
      2018,
      "4.18",
      "aio_prep_rw looks the file up for each opcode, aio_complete_rw drops it, and the reference of"
          + " 0b944d3a is gone. 84c4e1f8 ends it.",
      "fs/aio.c of 4.18.0 and 5.0.1; the commit from memory"),
  /** A mistake: the submitter looks into a dio that he has given back. */
  IOMAP_WAITS_IF_DIO_SAYS_SO(
      "ebf00be3",
      "iomap: complete partial direct I/O writes synchronously",
      2018,
      "4.18",
      "iomap_dio_rw asks dio->wait_for_completion whether to wait, when it has dropped its"
          + " reference: the dio may be free by then, or another one. 4ea899ea ends it.",
      "fs/iomap.c of 4.18.0 and 4.20.0; the commit from memory"),

  /** An asynchronous direct write that failed says so. */
  DIO_ERROR_KEPT(
      "41e817bc",
      "fs: fix lost error code in dio_complete",
      2018,
      "4.20",
      "dio_complete calls generic_write_sync only if something was written, so that an error stays the"
          + " result: the mistake of e2592217.",
      "fs/direct-io.c of 4.20.0; the commit from memory"),

  /** A request belongs to its submitter and to its completion, and the last of the two ends it. */
  AIO_KI_REFCNT(
      "84c4e1f8",
      "aio: simplify - and fix - fget/fput for io_submit()",
      2019,
      "5.1",
      "A request has two references and holds its file until both are gone; iocb_put stores the event"
          + " and drops the file when it drops the last. b53119f1 and 2bb874c0 are counted with it.",
      "fs/aio.c of 5.4.0; b53119f1 and 2bb874c0 from memory"),
  /** Whether to wait is known before the reference is dropped. */
  IOMAP_WAIT_DECIDED_BEFORE_PUT(
      "4ea899ea",
      "iomap: fix a use after free in iomap_dio_rw",
      2019,
      "5.0",
      "iomap_dio_rw copies dio->wait_for_completion before it drops its reference: the mistake of"
          + " ebf00be3.",
      "fs/iomap.c of 4.20.0 and 5.0.1"),

  /** A direct read leaves the cached pages where they are. */
  IOMAP_READ_LEAVES_CACHE(
      "54752de9",
      "iomap: Only invalidate page cache pages on direct IO writes",
      2020,
      "5.9",
      "iomap_dio_rw drops cached pages in front of a write; before, in front of a read as well, which"
          + " only had to write them.",
      "fs/iomap/direct-io.c of 5.8.1 and 5.9.2; the commit from memory"),

  /** A write over a page that stays goes through the cache. */
  IOMAP_FALLS_BACK(
      "60263d58",
      "iomap: fall back to buffered writes for invalidation failures",
      2020,
      "5.9",
      "iomap_dio_rw returns -ENOTBLK if a cached page cannot be dropped in front of a write, which"
          + " XFS then writes through the cache; before, it told of it and wrote directly all the same.",
      "fs/iomap/direct-io.c of 5.8.1 and 5.9.2"),

  /** The source of a buffered write is faulted in after the page was taken, not before. */
  COPY_BEFORE_FAULT_IN(
      "998ef75d",
      "fs: do not prefault sys_write() user buffer pages",
      2015,
      "4.3-rc1",
      "generic_perform_write takes the page and copies first, with page faults disabled; only if"
          + " nothing was copied does it fault the source in and begin anew. A source that was never"
          + " touched reaches ->write_end with 0 bytes every time.",
      "seed 004; the loop is reconstructed from the seed and from the RFC of June 2015"),

  /** 998ef75d is taken back. */
  FAULT_IN_FIRST_AGAIN(
      "00a3d660",
      "Revert \"fs: do not prefault sys_write() user buffer pages\"",
      2015,
      "4.3",
      "The source is faulted in before the page is taken, as up to 4.2. A copy comes short only if"
          + " the source goes between the fault and the copy.",
      "the commit; mm/filemap.c of 4.3.0"),

  /** data=journal zeroes what a short copy left of a new block without dirtying the buffer. */
  JOURNALLED_ZERO_WITHOUT_DIRTY(
      "b90197b6",
      "ext4: use private version of page_zero_new_buffers() for data=journal mode",
      2015,
      "4.4",
      "ext4_journalled_write_end zeroes new buffers itself instead of with page_zero_new_buffers,"
          + " which marks them dirty although they belong to the running transaction.",
      "the commit; fs/ext4/inode.c of 4.4.0"),

  /** data=journal journals only what was copied, and what it zeroed. */
  JOURNALLED_WRITE_END_COPIED_ONLY(
      "3b136499",
      "ext4: fix data corruption in data=journal mode",
      2017,
      "4.11",
      "ext4_journalled_write_end marks up to date and journals the buffers of the bytes that were"
          + " copied, and those new ones that it zeroes, instead of all that the write asked for.",
      "the commit; fs/ext4/inode.c of 4.12"),

  /** Ted Ts'o's first proposal: new buffers are left alone if nothing was copied. */
  TED_CONDITIONAL_ZERO(
      "ted-conditional-zero",
      "ext4: zero new buffers after a short copy only if something was copied",
      2015,
      "never",
      "ext4_journalled_write_end neither zeroes nor journals anything when 0 bytes were copied, and"
          + " relies on its caller to begin the write anew.",
      "seed 004, which quotes it; that the walk over the buffers is left out as well is inferred"
          + " from what it says of the buffers: not up to date, and nobody on the hook"),

  /** Linus Torvalds' proposal: a partial copy into a page that is not up to date is none. */
  LINUS_COPIED0(
      "linus-copied0",
      "mm: throw away a partial copy into a page that is not up to date",
      2015,
      "never",
      "generic_perform_write tells ->write_end of 0 bytes if it copied fewer than it wanted and the"
          + " page is not up to date.",
      "seed 004 has the hunk; title in own words"),

  /** An experiment: nobody faults the source of a write in. */
  NO_FAULT_IN(
      "no-fault-in",
      "copy with page faults disabled and never fault the source in",
      2015,
      "never",
      "generic_perform_write begins anew after a copy of 0 bytes without touching the source, which"
          + " therefore never becomes present.",
      "ours: half of what the comment above iov_iter_fault_in_readable warns of"),

  /** An experiment: the source of a write may fault while the page is locked. */
  COPY_WITH_FAULTS(
      "copy-with-faults",
      "copy with page faults enabled under the page lock",
      2015,
      "never",
      "generic_perform_write neither faults the source in beforehand nor disables page faults for"
          + " the copy.",
      "ours: the other half"),

  /** jbd2 keeps inodes, not buffers, of ordered data. */
  JBD2_INODE_LISTS(
      "c851ed54",
      "jbd2: Remove data=ordered mode support using jbd buffer heads",
      2008,
      "2.6.28",
      "A transaction knows the inodes whose data have to be on disk before it commits; commit writes"
          + " their pages. The buffers of ordered data have no journal_head, and keep no page from"
          + " being dropped. ext4 is there from here on.",
      "fs/jbd2/commit.c of 4.2; the id and the title are from memory"),

  /** A write over a page that stays is done once more when its bios have ended. */
  LEONID_PGBUSY(
      "leonid-pgbusy",
      "retry a direct write whose pages could not be invalidated",
      2007,
      "never",
      "generic_file_direct_IO marks the kiocb PgBusy instead of returning the error of the"
          + " invalidation; the completion of a marked kiocb posts no event but kicks it, and the"
          + " aio worker does all of it again.",
      "seed 001 has the hunk of mm/filemap.c. The part in fs/aio.c was not found and is inferred;"
          + " title in own words"),

  /** A direct write drops the cached pages while the file system's handle is open. */
  DIO_INTERNAL_INVALIDATE(
      "dio-internal-invalidate",
      "invalidate in direct_io_worker before returning -EIOCBQUEUED",
      2007,
      "never",
      "direct_io_worker drops the cached pages of the range after it has submitted, and waits and"
          + " returns the error if one stays. It is called with a journal handle open, so that a"
          + " page lock is taken within a handle.",
      "seed 001: the fix that Zach Brown had hoped for; no patch was posted, the form is inferred"),

  /** An error of the O_SYNC update does not take the place of -EIOCBQUEUED. */
  OSYNC_KEEPS_EIOCBQUEUED(
      "osync-clobber-fix",
      "keep -EIOCBQUEUED when the metadata cannot be synced",
      2007,
      "never",
      "generic_file_direct_write returns -EIOCBQUEUED although generic_osync_inode failed, so that"
          + " the interrupt alone completes the request. Its event then says nothing of the error.",
      "mm/filemap.c of 2.6.20 to 2.6.29, which returns the error; title and form are ours");

  /** In place of a release: a patch that was proposed, or one that is ours. */
  public static final String NEVER = "never";

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

  /** The first release that has it, or {@link #NEVER}. */
  public String firstRelease() {
    return firstRelease;
  }

  /** Whether a release has it, and which, in words. */
  public String release() {
    return firstRelease.equals(NEVER) ? "never merged" : "first in " + firstRelease;
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
