package diorama.kernel.fs.jbd;

import diorama.kernel.KernelProfile;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/** {@code kjournald}, journal.c:116 (2.6.20): commits when the timer or anybody asks for it. */
public final class Kjournald {
  private final Jbd jbd;
  private final Commit commit;

  /** The thread of a journal. */
  public Kjournald(Jbd jbd, KernelProfile profile) {
    this.jbd = jbd;
    this.commit = new Commit(jbd, profile);
  }

  /** The thread's whole life, from the mount to the unmount. */
  public Step<Done> run() {
    return Step.function(
        jbd.isJbd2() ? "kjournald2" : "kjournald",
        () ->
            jbd.jbd2()
                .started()
                .then(this::greet)
                .then(() -> Step.loop(this::next))
                .then(() -> TransactionRequest.wakeDoneCommit(jbd.journal())));
  }

  private Step<Done> greet() {
    return Step.current(
        context -> {
          long seconds = jbd.settings().commitInterval().toSeconds();
          if (!jbd.isJbd2()) {
            jbd.host()
                .printk(context, "kjournald starting.  Commit interval " + seconds + " seconds");
          }
          return Step.done();
        });
  }

  private Step<Boolean> next() {
    return TransactionRequest.kjournaldLoop(jbd.journal())
        .then(
            work ->
                switch (work) {
                  case COMMIT -> commit.journalCommitTransaction().map(d -> true);
                  case LOOK_AGAIN -> Step.done(true);
                  case UNMOUNT -> Step.done(false);
                });
  }
}
