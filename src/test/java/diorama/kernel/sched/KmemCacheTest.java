package diorama.kernel.sched;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.KmemCache.State;
import org.junit.jupiter.api.Test;

class KmemCacheTest {
  @Test
  void theSlotFreedLastIsHandedOutFirst() {
    KmemCache<String> cache = new KmemCache<>("kiocb", AfterFree.REUSED);
    Address a = cache.allocate(() -> "a");
    Address b = cache.allocate(() -> "b");
    cache.free(a);
    cache.free(b);
    Address c = cache.allocate(() -> "c");
    assertThat(c.slot()).isEqualTo(b.slot());
    assertThat(c.generation()).isEqualTo(b.generation() + 1);
  }

  @Test
  void aPointerTellsALiveObjectFromAFreedAndAReusedOne() {
    KmemCache<String> cache = new KmemCache<>("kiocb", AfterFree.REUSED);
    Address old = cache.allocate(() -> "old");
    assertThat(cache.find(old).state()).isEqualTo(State.LIVE);
    cache.free(old);
    assertThat(cache.find(old)).isEqualTo(new KmemCache.Found<>(State.FREED, "old"));
    Address now = cache.allocate(() -> "new");
    assertThat(cache.find(old)).isEqualTo(new KmemCache.Found<>(State.REUSED, "new"));
    assertThat(cache.current(old)).isEqualTo(now);
    assertThat(cache.live()).isEqualTo(1);
  }

  @Test
  void poisonHidesTheOldContent() {
    KmemCache<String> cache = new KmemCache<>("kiocb", AfterFree.POISONED);
    Address a = cache.allocate(() -> "a");
    cache.free(a);
    assertThat(cache.find(a).state()).isEqualTo(State.POISON);
  }

  @Test
  void intactMemoryIsKeptFromReuseForAWhileAndNotForEver() {
    KmemCache<Integer> cache = new KmemCache<>("kiocb", AfterFree.INTACT);
    Address first = cache.allocate(() -> 0);
    cache.free(first);
    for (int i = 1; i < KmemCache.QUARANTINE; i++) {
      int n = i;
      cache.free(cache.allocate(() -> n));
      assertThat(cache.find(first).state()).isEqualTo(State.FREED);
    }
    cache.free(cache.allocate(() -> -1));
    assertThat(cache.allocate(() -> -2).slot()).isEqualTo(first.slot());
  }

  @Test
  void aSecondFreeIsNoticed() {
    KmemCache<String> cache = new KmemCache<>("kiocb", AfterFree.REUSED);
    Address a = cache.allocate(() -> "a");
    assertThat(cache.free(a)).isTrue();
    assertThat(cache.free(a)).isFalse();
  }
}
