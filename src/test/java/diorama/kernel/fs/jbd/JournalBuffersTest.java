package diorama.kernel.fs.jbd;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.data.Content;
import diorama.kernel.fs.jbd.JournalBuffers.DirtyData;
import diorama.kernel.fs.jbd.JournalBuffers.DirtyMetadata;
import diorama.kernel.fs.jbd.JournalBuffers.WriteAccess;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Buffers;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.RecordingCaller;
import diorama.kernel.tracepoint.Tracepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalBuffersTest {
  private final List<Tracepoint> trace = new ArrayList<>();
  private final Journal journal =
      new Journal(
          new JournalSettings(Duration.ofSeconds(5), 4096, 64, 1024, false), trace::add, tid -> {});
  private final JournalBuffers buffers = journal.buffers;
  private final Transaction running = new Transaction(2);
  private final Transaction committing = new Transaction(1);
  private final BufferHead bh = Buffers.lone(7);
  private final RecordingCaller<Done> p = RecordingCaller.process("p");

  private JournalHead attached() {
    return buffers.add(bh).jh();
  }

  @Test
  void aListKeepsTheOrderOfFilingAndItsLastEntryIsTheOneBeforeTheFirst() {
    List<JournalHead> filed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      JournalHead jh = buffers.add(Buffers.lone(i)).jh();
      buffers.file(p, jh, running, Jlist.SYNC_DATA, false);
      filed.add(jh);
    }
    JournalList list = running.list(Jlist.SYNC_DATA);
    assertThat(list.first()).isSameAs(filed.get(0));
    assertThat(list.last()).isSameAs(filed.get(3));

    buffers.unfile(filed.get(0));
    buffers.unfile(filed.get(3));
    assertThat(list.first()).isSameAs(filed.get(1));
    assertThat(list.last()).isSameAs(filed.get(2));
    assertThat(list.after(filed.get(2).filed)).isNull();
    buffers.unfile(filed.get(1));
    buffers.unfile(filed.get(2));
    assertThat(list.isEmpty()).isTrue();
  }

  @Test
  void aJournalHeadGoesWhenNobodyHasAReferenceAndNoTransactionHasIt() {
    JournalHead jh = attached();
    assertThat(buffers.add(bh).isNew()).isFalse();
    assertThat(buffers.put(jh)).isFalse();
    buffers.file(p, jh, running, Jlist.SYNC_DATA, false);
    assertThat(buffers.put(jh)).as("the transaction still has it").isFalse();
    assertThat(buffers.remove(bh)).isFalse();

    buffers.unfile(jh);
    assertThat(buffers.remove(bh)).isTrue();
    assertThat(buffers.grab(bh)).isNull();
    assertThat(buffers.isOn(jh, Jlist.SYNC_DATA)).isFalse();
  }

  @Test
  void dataOfTheCommittingTransactionIsStolenUnlessCommitUsesItAsMetadata() {
    JournalHead jh = attached();
    buffers.file(p, jh, committing, Jlist.LOCKED, false);
    assertThat(buffers.dirtyData(jh, running)).isEqualTo(DirtyData.STEAL);
    assertThat(jh.bTransaction).isSameAs(committing);

    assertThat(buffers.fileDirtyData(jh, running)).isEqualTo(DirtyData.FILED);
    assertThat(jh.bTransaction).isSameAs(running);
    assertThat(jh.bJlist).isEqualTo(Jlist.SYNC_DATA);
    assertThat(committing.list(Jlist.LOCKED).isEmpty()).isTrue();

    JournalHead metadata = buffers.add(Buffers.lone(8)).jh();
    buffers.file(p, metadata, committing, Jlist.SHADOW, false);
    assertThat(buffers.dirtyData(metadata, running)).isEqualTo(DirtyData.NOT_STEALING);
  }

  @Test
  void dataThatIsOnTheRunningTransactionStaysWhereItIs() {
    JournalHead jh = attached();
    assertThat(buffers.dirtyData(jh, running)).isEqualTo(DirtyData.FILED);
    buffers.file(p, jh, running, Jlist.LOCKED, false);
    assertThat(buffers.dirtyData(jh, running)).isEqualTo(DirtyData.FILED);
    assertThat(jh.bJlist).isEqualTo(Jlist.LOCKED);
  }

  @Test
  void theDirtyBitIsHiddenOnMetadataListsAndShownWhenTheJournalLetsGo() {
    JournalHead jh = attached();
    buffers.file(p, jh, running, Jlist.RESERVED, true);
    assertThat(buffers.file(p, jh, running, Jlist.METADATA, false)).isFalse();
    assertThat(buffers.file(p, jh, running, Jlist.SHADOW, false)).isFalse();
    assertThat(buffers.file(p, jh, running, Jlist.FORGET, false)).isFalse();
    assertThat(buffers.unfile(jh)).as("mark_buffer_dirty is due").isTrue();
    assertThat(buffers.unfile(jh)).isFalse();
  }

  @Test
  void writeAccessToACommittingBufferCopiesSleepsOrSimplyQueues() {
    JournalHead jh = attached();
    assertThat(buffers.writeAccess(jh, running, false)).isEqualTo(WriteAccess.RESERVE);

    buffers.file(p, jh, committing, Jlist.METADATA, false);
    assertThat(buffers.writeAccess(jh, running, false)).isEqualTo(WriteAccess.ALLOCATE_COPY);
    assertThat(buffers.writeAccess(jh, running, true)).isEqualTo(WriteAccess.COPY);

    buffers.file(p, jh, committing, Jlist.SHADOW, false);
    assertThat(buffers.writeAccess(jh, running, false)).isEqualTo(WriteAccess.SHADOW);
    buffers.waitUnshadow(p, jh);
    assertThat(p.isAnswered()).isFalse();

    buffers.file(p, jh, committing, Jlist.FORGET, false);
    buffers.wakeUnshadow(bh);
    assertThat(p.wakeups()).isEqualTo(1);
    assertThat(buffers.writeAccess(jh, running, false)).isEqualTo(WriteAccess.DONE);
    assertThat(jh.bNextTransaction).isSameAs(running);
  }

  @Test
  void aBufferIsChargedOncePerTransactionAndFiledOnce() {
    JournalHead jh = attached();
    buffers.file(p, jh, running, Jlist.RESERVED, false);
    assertThat(buffers.dirtyMetadata(jh, running)).isEqualTo(new DirtyMetadata(true, true));
    buffers.file(p, jh, running, Jlist.METADATA, false);
    assertThat(buffers.dirtyMetadata(jh, running)).isEqualTo(new DirtyMetadata(false, false));
    buffers.clearModified(running);
    assertThat(buffers.dirtyMetadata(jh, running).usesCredit()).isTrue();
  }

  @Test
  void aCommittedBufferThatTheNextTransactionChangedGoesToItsMetadata() {
    JournalHead jh = attached();
    buffers.file(p, jh, committing, Jlist.FORGET, true);
    buffers.freeze(jh, running, Content.zeros(8));
    JournalBuffers.Refiled refiled = buffers.refile(jh);
    assertThat(refiled.exposed()).isFalse();
    assertThat(refiled.jlist()).isEqualTo(Jlist.METADATA);
    buffers.fileRefiled(jh, refiled, false);
    assertThat(jh.bTransaction).isSameAs(running);
    assertThat(jh.bNextTransaction).isNull();
    assertThat(buffers.unfile(jh)).as("still dirty").isTrue();
  }

  // ---- releasepage, state by state ----

  private void tryToFree(JournalHead jh) {
    buffers.tryToFree(p, jh);
  }

  private boolean leaves(JournalHead jh) {
    return buffers.put(jh) && buffers.remove(bh);
  }

  @Test
  void writtenDataIsReleasedFromBothOfItsLists() {
    for (Jlist list : List.of(Jlist.SYNC_DATA, Jlist.LOCKED)) {
      JournalHead jh = attached();
      buffers.file(p, jh, committing, list, false);
      tryToFree(jh);
      assertThat(leaves(jh)).as(list.kernelName()).isTrue();
      assertThat(committing.list(list).isEmpty()).isTrue();
    }
    assertThat(trace)
        .extracting(Tracepoint::name)
        .contains("journal_try_to_free_buffer: unfiled")
        .doesNotContain("journal_try_to_free_buffer: busy");
  }

  @Test
  void aBufferOnAnyOtherListIsBusy() {
    for (Jlist list :
        List.of(Jlist.METADATA, Jlist.FORGET, Jlist.SHADOW, Jlist.RESERVED, Jlist.IO)) {
      BufferHead other = Buffers.lone(list.ordinal());
      JournalHead jh = buffers.add(other).jh();
      buffers.file(p, jh, committing, list, false);
      tryToFree(jh);
      buffers.put(jh);
      assertThat(buffers.remove(other)).as(list.kernelName()).isFalse();
    }
    assertThat(trace)
        .filteredOn(t -> t.name().equals("journal_try_to_free_buffer: busy"))
        .extracting(Tracepoint::detail)
        .containsExactly(
            "BJ_Metadata next=0 checkpoint=0",
            "BJ_Forget next=0 checkpoint=0",
            "BJ_Shadow next=0 checkpoint=0",
            "BJ_Reserved next=0 checkpoint=0",
            "BJ_IO next=0 checkpoint=0");
  }

  @Test
  void aBufferThatTheNextTransactionWantsIsBusy() {
    JournalHead jh = attached();
    buffers.file(p, jh, committing, Jlist.SYNC_DATA, false);
    jh.bNextTransaction = running;
    tryToFree(jh);
    assertThat(leaves(jh)).isFalse();
    assertThat(trace.get(trace.size() - 1).detail()).isEqualTo("BJ_SyncData next=1 checkpoint=0");
  }

  @Test
  void aCheckpointedBufferThatIsHomeIsReleasedWithItsTransaction() {
    JournalHead jh = attached();
    buffers.file(p, jh, committing, Jlist.FORGET, true);
    buffers.renewCheckpoint(jh, committing);
    buffers.unfile(jh);
    journal.checkpoints.committed(committing);
    assertThat(journal.checkpoints.first()).isSameAs(committing);

    tryToFree(jh);
    assertThat(leaves(jh)).isTrue();
    assertThat(journal.checkpoints.first()).isNull();
  }

  @Test
  void whoLosesBhStateIsSeenInTheTrace() {
    RecordingCaller<Done> j = RecordingCaller.process("kjournald");
    buffers.lockBhState(j, bh);
    assertThat(buffers.tryLockBhState(p, bh)).isFalse();
    assertThat(trace).extracting(Tracepoint::name).containsExactly("jbd_lock_bh_state: contended");
    buffers.unlockBhState(j, bh);
    assertThat(buffers.tryLockBhState(p, bh)).isTrue();
  }
}
