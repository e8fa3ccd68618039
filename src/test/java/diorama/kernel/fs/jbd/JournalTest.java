package diorama.kernel.fs.jbd;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.fs.jbd.Journal.Admission;
import diorama.kernel.fs.jbd.Journal.Started;
import diorama.kernel.fs.jbd.Journal.Work;
import diorama.kernel.sched.RecordingCaller;
import diorama.kernel.tracepoint.Tracepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final JournalSettings SETTINGS =
      new JournalSettings(Duration.ofSeconds(5), 4096, 64, 1024, false);

  private final List<Tracepoint> trace = new ArrayList<>();
  private final List<Integer> armed = new ArrayList<>();
  private final Journal journal = new Journal(SETTINGS, trace::add, armed::add);

  private static <R> RecordingCaller<R> caller(String comm) {
    return RecordingCaller.process(comm);
  }

  private Transaction start(int credits) {
    RecordingCaller<Started> p = caller("p");
    journal.startThisHandle(p, credits);
    assertThat(p.answers()).hasSize(1);
    assertThat(p.answers().get(0).admission()).isEqualTo(Admission.GRANTED);
    return p.answers().get(0).transaction();
  }

  private void stop(Transaction transaction, boolean sync) {
    RecordingCaller<Boolean> p = caller("p");
    journal.stopHandle(p, transaction, 0, sync);
    assertThat(p.isAnswered()).isTrue();
  }

  private Work kjournaldLooks() {
    RecordingCaller<Work> j = caller("kjournald");
    journal.kjournaldLoop(j);
    if (!j.isAnswered()) {
      journal.kjournaldSignalled(j);
    }
    return j.answers().get(0);
  }

  /** Runs a transaction without buffers through its commit. */
  private void commit(Transaction transaction) {
    RecordingCaller<Boolean> j = caller("kjournald");
    journal.lockUpdates(j);
    assertThat(j.answers()).containsExactly(true);
    journal.beginFlush(j.again());
    journal.beginLogging(j.again(), transaction);
    RecordingCaller<Boolean> finish = j.again();
    journal.finish(finish, transaction);
    assertThat(finish.answers()).containsExactly(true);
  }

  @Test
  void handlesShareTheRunningTransactionAndTheFirstArmsItsTimer() {
    Transaction first = start(8);
    Transaction second = start(8);

    assertThat(second).isSameAs(first);
    assertThat(first.updates).isEqualTo(2);
    assertThat(first.outstandingCredits).isEqualTo(16);
    assertThat(armed).containsExactly(first.tid());
  }

  @Test
  void anOpenHandleKeepsCommitWaitingAndNewHandlesSleepUntilTheFlush() {
    Transaction transaction = start(8);
    RecordingCaller<Boolean> commit = caller("kjournald");
    journal.lockUpdates(commit);
    assertThat(commit.isAnswered()).isFalse();
    assertThat(transaction.state).isEqualTo(Transaction.State.LOCKED);

    RecordingCaller<Started> late = caller("late");
    journal.startThisHandle(late, 8);
    assertThat(late.isAnswered()).isFalse();

    stop(transaction, false);
    assertThat(commit.answers()).containsExactly(false);
    assertThat(commit.wakeups()).isEqualTo(1);
    assertThat(journal.stateLock.owner()).as("a sleeper holds no spinlock").isNull();

    RecordingCaller<Boolean> again = commit.again();
    journal.lockUpdates(again);
    assertThat(again.answers()).containsExactly(true);
    assertThat(late.isAnswered()).isFalse();

    journal.beginFlush(commit.again());
    assertThat(late.answers()).containsExactly(new Started(Admission.RETRY, null));
    assertThat(start(8)).isNotSameAs(transaction);
  }

  @Test
  void aSectionWaitsWhileCommitHoldsTheStateLock() {
    start(8);
    stop(journal.transactionToCommit(), false);
    RecordingCaller<Boolean> commit = caller("kjournald");
    journal.lockUpdates(commit);
    RecordingCaller<Started> late = caller("late");
    journal.startThisHandle(late, 8);
    assertThat(late.isAnswered()).isFalse();
    assertThat(journal.stateLock.spinning()).isEqualTo(1);

    journal.beginFlush(commit.again());
    assertThat(late.answers().get(0).admission()).isEqualTo(Admission.GRANTED);
  }

  @Test
  void aSynchronousHandleAsksForACommitAndItsWaiterIsWokenByIt() {
    Transaction transaction = start(8);
    assertThat(kjournaldLooks()).isEqualTo(Work.LOOK_AGAIN);
    stop(transaction, true);
    assertThat(kjournaldLooks()).isEqualTo(Work.COMMIT);

    RecordingCaller<Boolean> waiter = caller("fsync");
    journal.logWaitCommit(waiter, transaction.tid());
    assertThat(waiter.isAnswered()).isFalse();
    commit(transaction);
    journal.wakeDoneCommit();
    assertThat(waiter.answers()).containsExactly(false);

    RecordingCaller<Boolean> second = caller("fsync");
    journal.logWaitCommit(second, transaction.tid());
    assertThat(second.answers()).containsExactly(true);
    assertThat(second.wakeups()).isZero();
  }

  @Test
  void anOldTransactionIsCommittedByTheTimerAndByWhoeverStopsAHandleThen() {
    Transaction transaction = start(8);
    RecordingCaller<Work> kjournald = caller("kjournald");
    journal.kjournaldLoop(kjournald);
    assertThat(kjournald.isAnswered()).isFalse();

    journal.commitTimeout(transaction.tid());
    assertThat(kjournald.answers()).containsExactly(Work.LOOK_AGAIN);
    assertThat(kjournaldLooks()).isEqualTo(Work.COMMIT);
  }

  @Test
  void aTimerOfATransactionThatIsCommittedDoesNotHurryTheNextOne() {
    Transaction old = start(8);
    stop(old, false);
    commit(old);
    Transaction next = start(8);
    journal.commitTimeout(old.tid());
    assertThat(next.expired).isFalse();
  }

  @Test
  void aTransactionThatWouldGetTooBigIsCommittedFirst() {
    Transaction transaction = start(200);
    RecordingCaller<Started> p = caller("p");
    journal.startThisHandle(p, 100);
    assertThat(p.isAnswered()).isFalse();
    assertThat(kjournaldLooks()).isEqualTo(Work.COMMIT);

    stop(transaction, false);
    commit(transaction);
    assertThat(p.answers()).containsExactly(new Started(Admission.RETRY, null));
  }

  @Test
  void creditsGrowOnlyInARunningTransactionThatIsNotFull() {
    Transaction transaction = start(200);
    RecordingCaller<Boolean> p = caller("p");
    journal.extend(p, transaction, 56);
    journal.extend(p, transaction, 1);
    assertThat(p.answers()).containsExactly(true, false);

    journal.lockUpdates(caller("kjournald"));
    RecordingCaller<Boolean> late = caller("p");
    journal.extend(late, transaction, 0);
    assertThat(late.answers()).containsExactly(false);
  }

  @Test
  void anAbortedJournalLetsNobodyInAndCommitsWhatRuns() {
    Transaction transaction = start(8);
    RecordingCaller<Boolean> first = caller("p");
    journal.abort(first, 0);
    RecordingCaller<Boolean> second = caller("p");
    journal.abort(second, 0);
    assertThat(first.answers()).containsExactly(true);
    assertThat(second.answers()).containsExactly(false);

    RecordingCaller<Started> late = caller("late");
    journal.startThisHandle(late, 8);
    assertThat(late.answers()).containsExactly(new Started(Admission.ABORTED, null));
    stop(transaction, false);
    assertThat(kjournaldLooks()).isEqualTo(Work.COMMIT);
  }

  @Test
  void aLogWithoutRoomForATransactionHasToBeCheckpointed() {
    for (int i = 0; i < 720; i++) {
      journal.nextLogBlock(caller("kjournald"), null);
    }
    RecordingCaller<Started> p = caller("p");
    journal.startThisHandle(p, 8);
    assertThat(p.answers()).containsExactly(new Started(Admission.LOG_FULL, null));
  }

  @Test
  void unmountEndsTheThread() {
    RecordingCaller<Work> sleeping = caller("kjournald");
    journal.kjournaldLoop(sleeping);
    journal.killThread(caller("umount"));
    assertThat(sleeping.answers()).containsExactly(Work.LOOK_AGAIN);
    assertThat(kjournaldLooks()).isEqualTo(Work.UNMOUNT);
  }

  @Test
  void eachPhaseIsTraced() {
    Transaction transaction = start(8);
    stop(transaction, false);
    commit(transaction);
    assertThat(trace)
        .filteredOn(t -> t.name().equals("commit: phase"))
        .extracting(Tracepoint::detail)
        .containsExactly(
            "T_RUNNING t_updates=0",
            "T_LOCKED t_updates=0",
            "T_FLUSH t_updates=0",
            "T_COMMIT t_updates=0",
            "T_FINISHED t_updates=0");
  }
}
