package diorama.kernel.fs.jbd;

import diorama.kernel.Errno;
import diorama.kernel.fs.Inode;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.List;
import java.util.function.Function;

/**
 * The ordered data of a commit of jbd2 since c851ed54: {@code journal_submit_data_buffers} and
 * {@code journal_finish_inode_data_buffers}, fs/jbd2/commit.c (4.2). Commit knows inodes, not
 * buffers: it holds nothing that keeps a page from being dropped, and what write-back finds dirty
 * it writes.
 */
final class CommitInodes {
  private final Jbd jbd;
  private final Transaction transaction;
  private long error;

  CommitInodes(Jbd jbd, Transaction transaction) {
    this.jbd = jbd;
    this.transaction = transaction;
  }

  /** Writes the pages of all inodes and waits for them. Returns 0 or a negative errno. */
  Step<Long> writeAndWait() {
    return Jbd2Request.inodeList(jbd.journal(), transaction)
        .then(
            inodes ->
                each("journal_submit_data_buffers", inodes, jbd.jbd2().orderedData()::submit)
                    .then(
                        () ->
                            each(
                                "journal_finish_inode_data_buffers",
                                inodes,
                                jbd.jbd2().orderedData()::await)))
        .then(() -> Step.when(error != 0, this::tell))
        .map(d -> 0L);
  }

  private Step<Done> each(String name, List<Inode> inodes, Function<Inode, Step<Long>> work) {
    return Step.function(
        name,
        () ->
            Step.forEach(
                inodes,
                inode ->
                    work.apply(inode)
                        .map(
                            ret -> {
                              error = error == 0 ? ret : error;
                              return Done.DONE;
                            })));
  }

  /** The journal goes on, unless it was mounted with data_err=abort. */
  private Step<Done> tell() {
    return Step.current(
        context -> {
          if (error == -Errno.EIO) {
            jbd.host()
                .printk(
                    context,
                    "JBD2: Detected IO errors while flushing file data on "
                        + jbd.buffer().bdevname()
                        + "-8");
          }
          return Step.done();
        });
  }
}
