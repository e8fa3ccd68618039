package diorama.check;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.tracepoint.CacheAtRest;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Transfer;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheCoherenceTest {
  private static final long INO = 12;
  private static final long PAGE = 4096;
  private static final long EIO = 5;

  private final HistoryBuilder h = new HistoryBuilder();
  private final Subject page1 = new HistoryBuilder.Memory(Subject.Kind.PAGE, "page 1");

  /** The second page of a file. */
  private record PageOne(boolean direct) implements Transfer {
    @Override
    public long ino() {
      return INO;
    }

    @Override
    public long offset() {
      return PAGE;
    }

    @Override
    public long length() {
      return PAGE;
    }

    @Override
    public long digest(int sector) {
      return 7;
    }

    @Override
    public String label() {
      return direct ? "direct write" : "buffered write";
    }
  }

  private void writes(boolean direct, long ret) {
    Transfer write = new PageOne(direct);
    h.transfer("write: begin", h.process, write, null, 0);
    h.transfer("write: end", h.process, write, null, ret);
  }

  private List<Violation> rests(CacheAtRest.Page... pages) {
    h.event("cache at rest", h.reader, new CacheAtRest(INO, List.of(pages)));
    return Check.judge(h.build(), List.of(new CacheCoherence()));
  }

  private static CacheAtRest.Page stale(long index) {
    return new CacheAtRest.Page(index, 1, 2);
  }

  private static CacheAtRest.Page coherent(long index) {
    return new CacheAtRest.Page(index, 2, 2);
  }

  @Test
  void aPageThatDiffersFromTheMediaAfterADirectWriteIsFound() {
    writes(true, PAGE);
    assertThat(rests(coherent(0), stale(1)))
        .singleElement()
        .satisfies(v -> assertThat(v.id()).isEqualTo(CacheCoherence.ID));
  }

  @Test
  void pagesThatAreTheSameAreSilent() {
    writes(true, PAGE);
    assertThat(rests(coherent(0), coherent(1))).isEmpty();
  }

  @Test
  void pagesThatNoDirectWriteHasTouchedAreNotJudged() {
    writes(true, PAGE);
    assertThat(rests(stale(0), stale(2))).isEmpty();
    writes(false, PAGE);
    assertThat(rests(stale(0))).isEmpty();
  }

  @Test
  void norIsAPageWhoseLastDirectWriteFailed() {
    writes(true, PAGE);
    writes(true, -EIO);
    assertThat(rests(stale(1))).isEmpty();
  }

  @Test
  void aWriteWhoseProcessWasKilledCountsAsEnded() {
    h.transfer("write: begin", h.process, new PageOne(true), h.kiocb, 0);
    assertThat(rests(stale(1))).hasSize(1);
  }

  @Test
  void aPageThatTheWriterItselfBroughtBackIsMmapSourceRefault() {
    Transfer write = new PageOne(true);
    h.transfer("write: begin", h.process, write, null, 0);
    h.event("add_to_page_cache", h.process, page1);
    h.transfer("write: end", h.process, write, null, PAGE);
    Violation found = rests(stale(1)).get(0);
    assertThat(found.race()).isEqualTo(StaleRead.MMAP_REFAULT);
    assertThat(found.variant()).isEqualTo("sync");
  }

  @Test
  void oneThatSomebodyElseBroughtBackIsNot() {
    Transfer write = new PageOne(true);
    h.transfer("write: begin", h.process, write, null, 0);
    h.event("add_to_page_cache", h.reader, page1);
    h.transfer("write: end", h.process, write, null, PAGE);
    assertThat(rests(stale(1)).get(0).race()).isEqualTo(StaleRead.REFAULT);
  }
}
