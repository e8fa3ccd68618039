package diorama.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.data.Content;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.OpenFlags;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Which pages readahead brings into the cache, as mm/readahead.c of 2.6.20 counts them. */
class ReadaheadTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 128;
  private static final Content FILE = Content.stamped(1, 0, 8 * PAGES);

  private final Queue<Tracepoint> trace = new ConcurrentLinkedQueue<>();

  /** The pages that come into the cache when pages are read one by one, in this order. */
  private List<String> cachedBy(long... pages) throws Exception {
    try (OneMachine machine = new OneMachine("linux-2.6.20", DataMode.ORDERED, trace::add)) {
      machine.run(
          calls ->
              calls
                  .open(OneMachine.FILE, OpenFlags.READ_WRITE.withDirect())
                  .then(fd -> calls.pwrite(fd.intValue(), IoVec.aligned(FILE), 0))
                  .then(() -> calls.open(OneMachine.FILE, OpenFlags.READ_WRITE))
                  .then(fd -> read(calls, fd.intValue(), pages)));
    }
    return trace.stream()
        .dropWhile(t -> !t.format().equals("sys_pread64"))
        .filter(t -> t.name().equals("add_to_page_cache") && t.context().comm().equals("program"))
        .map(t -> String.valueOf(t.subject() == null ? "" : t.subject().label()))
        .toList();
  }

  private static Step<Integer> read(SystemCalls calls, int fd, long[] pages) {
    int[] at = {0};
    return Step.loop(
            () ->
                at[0] == pages.length
                    ? Step.done(false)
                    : calls
                        .pread(fd, new ReadBuffer(0x10000, PAGE), pages[at[0]++] * PAGE)
                        .map(x -> true))
        .map(d -> 0);
  }

  private static List<String> upTo(int pages) {
    return java.util.stream.IntStream.range(0, pages).mapToObj(i -> "page " + i).toList();
  }

  @Test
  void theFirstReadOfAFileReadsAWindow() throws Exception {
    assertThat(cachedBy(0)).containsExactlyElementsOf(upTo(4));
  }

  @Test
  void whoReadsOnGetsAWindowAheadThatGrows() throws Exception {
    assertThat(cachedBy(0, 1)).containsExactlyElementsOf(upTo(4 + 8));
  }

  @Test
  void whoComesIntoTheAheadWindowGetsTheNext() throws Exception {
    assertThat(cachedBy(0, 1, 2, 3, 4)).containsExactlyElementsOf(upTo(4 + 8 + 16));
  }

  @Test
  void noWindowIsLargerThanRaPages() throws Exception {
    long[] all = new long[30];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    assertThat(cachedBy(all)).containsExactlyElementsOf(upTo(4 + 8 + 16 + 32 + 32));
  }

  @Test
  void aReadAtRandomReadsWhatIsAskedFor() throws Exception {
    assertThat(cachedBy(50, 20, 90)).containsExactly("page 50", "page 20", "page 90");
  }
}
