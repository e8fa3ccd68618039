package diorama.kernel.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocksTest {
  @Test
  void aSleepingLockIsHandedToItsWaitersInTheOrderInWhichTheyCame() {
    SleepingLock lock = new SleepingLock();
    RecordingCaller<Done> first = RecordingCaller.process("first");
    RecordingCaller<Done> second = RecordingCaller.process("second");
    RecordingCaller<Done> third = RecordingCaller.process("third");
    lock.lock(first);
    lock.lock(second);
    lock.lock(third);
    assertThat(first.isAnswered()).isTrue();
    assertThat(second.isAnswered()).isFalse();

    lock.unlock();
    assertThat(second.wakeups()).isEqualTo(1);
    assertThat(third.isAnswered()).isFalse();
    assertThat(lock.owner()).isSameAs(second.context());

    lock.unlock();
    lock.unlock();
    assertThat(third.isAnswered()).isTrue();
    assertThat(lock.isLocked()).isFalse();
  }

  @Test
  void anUnlockOfAFreeLockIsADefect() {
    assertThatThrownBy(() -> new SleepingLock().unlock()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSectionWaitsWhileAnotherContextHoldsTheSpinlock() {
    SpinLock lock = new SpinLock();
    List<String> order = new ArrayList<>();
    RecordingCaller<Done> holder = RecordingCaller.process("holder");
    RecordingCaller<Done> other = RecordingCaller.process("other");
    lock.lock(holder, () -> order.add("locked"));
    lock.section(other, () -> order.add("section"));
    assertThat(order).containsExactly("locked");
    assertThat(lock.spinning()).isEqualTo(1);

    lock.unlock(holder);
    assertThat(order).containsExactly("locked", "section");
    assertThat(lock.owner()).isNull();
  }

  @Test
  void anUnlockRunsSectionsUntilSomebodyKeepsTheLock() {
    SpinLock lock = new SpinLock();
    List<String> order = new ArrayList<>();
    RecordingCaller<Done> a = RecordingCaller.process("a");
    RecordingCaller<Done> b = RecordingCaller.process("b");
    RecordingCaller<Done> c = RecordingCaller.process("c");
    lock.lock(a, () -> order.add("a"));
    lock.section(b, () -> order.add("b"));
    lock.lock(c, () -> order.add("c"));
    lock.section(b, () -> order.add("b again"));
    lock.unlock(a);
    assertThat(order).containsExactly("a", "b", "c");
    assertThat(lock.owner()).isSameAs(c.context());
    assertThat(lock.tryLock(b)).isFalse();
  }

  @Test
  void aLockThatDiedWithItsHolderIsNeverHandedOut() {
    SpinLock lock = new SpinLock();
    RecordingCaller<Done> dead = RecordingCaller.interrupt();
    RecordingCaller<Done> later = RecordingCaller.process("later");
    lock.section(dead, () -> lock.abandon(dead));
    lock.section(later, () -> later.answer(Done.DONE));
    assertThat(later.isAnswered()).isFalse();
    assertThat(lock.spinning()).isEqualTo(1);
  }

  @Test
  void manyReadersHoldASemaphoreAndAWaitingWriterKeepsLaterOnesOut() {
    RwSemaphore sem = new RwSemaphore();
    RecordingCaller<Done> r1 = RecordingCaller.process("r1");
    RecordingCaller<Done> r2 = RecordingCaller.process("r2");
    RecordingCaller<Done> writer = RecordingCaller.process("writer");
    RecordingCaller<Done> late = RecordingCaller.process("late");
    sem.downRead(r1);
    sem.downRead(r2);
    sem.downWrite(writer);
    sem.downRead(late);
    assertThat(r2.isAnswered()).isTrue();
    assertThat(late.isAnswered()).isFalse();

    assertThat(sem.upRead()).isTrue();
    assertThat(sem.upRead()).isTrue();
    assertThat(writer.wakeups()).isEqualTo(1);
    assertThat(late.isAnswered()).isFalse();

    sem.upWrite();
    assertThat(late.wakeups()).isEqualTo(1);
    assertThat(sem.readers()).isEqualTo(1);
  }

  @Test
  void aSemaphoreThatNobodyHoldsSaysSo() {
    assertThat(new RwSemaphore().upRead()).isFalse();
  }
}
