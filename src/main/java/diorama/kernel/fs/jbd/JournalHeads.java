package diorama.kernel.fs.jbd;

import akka.actor.typed.ActorRef;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * The journal_head functions of {@code fs/jbd/journal.c}: an attached journal_head holds one
 * reference on its buffer.
 *
 * <p>jbd_lock_bh_journal_head orders who attaches and detaches, which is one section each. The
 * reference count is an atomic word that its readers look at without that lock, so counting is a
 * step of its own and the lock is not held across it.
 */
final class JournalHeads {
  private final ActorRef<JournalActor.Command> journal;

  JournalHeads(ActorRef<JournalActor.Command> journal) {
    this.journal = journal;
  }

  /** {@code journal_add_journal_head}, journal.c:1806 (2.6.20): the caller puts it in the end. */
  Step<JournalHead> journalAddJournalHead(BufferHead bh) {
    return HeadRequest.add(journal, bh)
        .then(
            added ->
                Step.when(added.isNew(), () -> AddressSpaceActor.getBh(bh)).map(d -> added.jh()));
  }

  /**
   * {@code journal_remove_journal_head}, journal.c:1913 (2.6.20): detaches a journal_head that
   * nobody needs. Leaves a reference that the caller must drop.
   */
  Step<Done> journalRemoveJournalHead(BufferHead bh) {
    return Step.function(
        "journal_remove_journal_head",
        () ->
            AddressSpaceActor.getBh(bh)
                .then(() -> HeadRequest.remove(journal, bh))
                .then(gone -> Step.when(gone, () -> AddressSpaceActor.putBh(bh))));
  }

  /** {@code journal_put_journal_head}, journal.c:1924 (2.6.20). */
  Step<Done> journalPutJournalHead(JournalHead jh) {
    return HeadRequest.put(journal, jh)
        .then(
            unused ->
                Step.when(
                    unused,
                    () ->
                        journalRemoveJournalHead(jh.bh())
                            .then(() -> AddressSpaceActor.putBh(jh.bh()))));
  }
}
