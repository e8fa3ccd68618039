package diorama.trace;

import diorama.check.HomeBeforeJournal;
import diorama.check.JournalAssertion;
import diorama.check.NeverWrittenContent;
import diorama.check.Violation;
import diorama.check.Witness.Role;
import diorama.check.WriteProgress;
import org.jspecify.annotations.Nullable;

/** Sentences about what went wrong between the page cache and a journal. */
final class JournalProse {
  private JournalProse() {}

  /** Null for a violation that is about something else. */
  static @Nullable String of(Violation violation) {
    return switch (violation.id()) {
      case HomeBeforeJournal.DIRTY -> dirty(violation);
      case HomeBeforeJournal.ID ->
          "The block is part of a transaction whose commit record was not on the device, and was sent to"
              + " its place all the same"
              + (violation.witness(Role.SPOTTED) == null
                  ? "."
                  : ": its buffer had been dirty since its writer gave it to the transaction.");
      case NeverWrittenContent.ID -> neverWritten(violation);
      case JournalAssertion.ID ->
          "The commit came to a buffer that had been truncated while it had it, and that it is not to"
              + " write home. It asserts that such a buffer is not dirty; this one was, since a write"
              + " that came short had zeroed it.";
      default -> violation.race().equals(WriteProgress.RACE) ? noProgress(violation) : null;
    };
  }

  private static String dirty(Violation violation) {
    return violation.variant().equals(HomeBeforeJournal.BY_WRITER)
        ? "A write copied nothing. What it had allocated was zeroed and marked dirty, and then given to"
            + " the running transaction, which met the dirty flag. It stays set when the page is"
            + " unlocked."
        : "The commit met a buffer of its transaction that was dirty: the write that had zeroed it had"
            + " not come back to it.";
  }

  private static String neverWritten(Violation violation) {
    String after =
        violation.witness(Role.FAILED_WRITE) == null
            ? ""
            : " A write to the file had failed with -EFAULT before.";
    return violation.race().equals(NeverWrittenContent.PAGE)
        ? "The read returned what the memory of a page had held before it came into the cache: the page"
            + " was up to date, and nobody had copied to it or read it from the disk."
            + after
        : "The read returned what a deleted file had left on the disk: the block had been allocated to"
            + " this file, and never written."
            + after;
  }

  private static String noProgress(Violation violation) {
    return violation.id().equals(WriteProgress.LIVELOCK)
        ? "The write copies nothing, because its source is not present, and begins anew without anybody"
            + " bringing it in."
        : "The write faulted on its source with the page locked that it copies to, and the fault waits"
            + " for that page.";
  }
}
