package diorama.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import diorama.Deadline;
import diorama.kernel.Era;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.fs.AddressSpaceOperations;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.SuperOperations;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.TestHost;
import diorama.kernel.tracepoint.Tracer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TruncateTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Truncate LINUX_2_6_20 = truncate(Set.of());
  private static final Truncate LINUX_2_6_21 =
      truncate(Set.of(Fix.INVALIDATE_WHOLE_RANGE, Fix.LAUNDER_PAGE));
  private static final Truncate LINUX_2_6_26 =
      truncate(Set.of(Fix.INVALIDATE_WHOLE_RANGE, Fix.LAUNDER_PAGE, Fix.INVALIDATE_KEEPS_ERROR));
  private static final Truncate LINUX_2_6_27 =
      truncate(
          Set.of(
              Fix.INVALIDATE_WHOLE_RANGE,
              Fix.LAUNDER_PAGE,
              Fix.INVALIDATE_KEEPS_ERROR,
              Fix.BUSY_PAGE_FALLS_BACK_TO_BUFFERED));
  private static final Truncate WITHOUT_LAUNDER_PAGE = truncate(Set.of(Fix.INVALIDATE_WHOLE_RANGE));

  private final TestHost host = new TestHost();
  private final ActorRef<ContextActor.Command> process = process("invalidator");
  private final ActorRef<ContextActor.Command> observer = process("observer");

  /** Pages whose buffers somebody references, so that {@code ->releasepage} fails. */
  private final Set<Long> referenced = new ConcurrentSkipListSet<>();

  private final List<Long> asked = new CopyOnWriteArrayList<>();
  private final Inode inode =
      new Inode(
          12,
          12,
          KIT.<InodeActor.Command>createTestProbe().ref(),
          KIT.spawn(AddressSpaceActor.create(Tracer.NONE)),
          operations(),
          null,
          SuperOperations.NONE);

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @AfterEach
  void nothingWasReported() {
    assertThat(host.reports).isEmpty();
    assertThat(host.defects).isEmpty();
  }

  @Test
  void whatNobodyNeedsLeavesTheCache() throws Exception {
    cachePages(0, 5);
    assertThat(get(invalidate(LINUX_2_6_20, 1, 3))).isZero();
    assertThat(asked).containsExactly(1L, 2L, 3L);
    assertThat(cached()).containsExactly(0L, 4L);
  }

  @Test
  void until2620TheWalkEndsAtTheFirstPageThatStays() throws Exception {
    cachePages(0, 4);
    referenced.add(1L);
    assertThat(get(invalidate(LINUX_2_6_20, 0, 3))).isEqualTo(-Errno.EIO);
    assertThat(asked).containsExactly(0L, 1L);
    assertThat(cached()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void until2620AFailureAlsoEndsTheWalkBeforeTheNextPagevec() throws Exception {
    int pages = Truncate.PAGEVEC_SIZE + 2;
    cachePages(0, pages);
    long last = Truncate.PAGEVEC_SIZE - 1;
    referenced.add(last);
    assertThat(get(invalidate(LINUX_2_6_20, 0, pages))).isEqualTo(-Errno.EIO);
    assertThat(cached()).containsExactly(last, last + 1, last + 2);
  }

  @Test
  void since2621TheWalkGoesOnAndASuccessOfTheLastPageMasksTheFailure() throws Exception {
    cachePages(0, 4);
    referenced.add(1L);
    assertThat(get(invalidate(LINUX_2_6_21, 0, 3))).isZero();
    assertThat(asked).containsExactly(0L, 1L, 2L, 3L);
    assertThat(cached()).containsExactly(1L);
  }

  @Test
  void withoutLaunderPageNoLaterPageForgetsTheFailure() throws Exception {
    cachePages(0, 4);
    referenced.add(1L);
    assertThat(get(invalidate(WITHOUT_LAUNDER_PAGE, 0, 3))).isEqualTo(-Errno.EIO);
    assertThat(asked).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void since2621AFailureOfTheLastPageIsTheResult() throws Exception {
    cachePages(0, Truncate.PAGEVEC_SIZE + 2);
    long last = Truncate.PAGEVEC_SIZE + 1;
    referenced.add(last);
    assertThat(get(invalidate(LINUX_2_6_21, 0, last))).isEqualTo(-Errno.EIO);
    assertThat(cached()).containsExactly(last);
  }

  @Test
  void since2626NoPageForgetsTheFailureOfAnother() throws Exception {
    cachePages(0, 4);
    referenced.add(1L);
    assertThat(get(invalidate(LINUX_2_6_26, 0, 3))).isEqualTo(-Errno.EIO);
    assertThat(asked).containsExactly(0L, 1L, 2L, 3L);
    assertThat(cached()).containsExactly(1L);
  }

  @Test
  void since2627TheFailureIsThatThePageIsBusy() throws Exception {
    cachePages(0, 4);
    referenced.add(1L);
    assertThat(get(invalidate(LINUX_2_6_27, 0, 3))).isEqualTo(-Errno.EBUSY);
    assertThat(get(invalidate(LINUX_2_6_27, 2, 3))).isZero();
  }

  @Test
  void aDirtyPageStaysAndIsAFailure() throws Exception {
    Page page = run(AddressSpaceActor.addToPageCache(inode.mapping(), 0)).page();
    run(AddressSpaceActor.setPageDirty(page));
    run(AddressSpaceActor.unlockPage(page));
    assertThat(get(invalidate(LINUX_2_6_20, 0, 0))).isEqualTo(-Errno.EIO);
    assertThat(cached()).containsExactly(0L);
  }

  @Test
  void aPageWithoutBuffersIsDroppedWithoutAskingTheFileSystem() throws Exception {
    run(
        AddressSpaceActor.addToPageCache(inode.mapping(), 0)
            .then(found -> AddressSpaceActor.unlockPage(found.page())));
    assertThat(get(invalidate(LINUX_2_6_20, 0, 0))).isZero();
    assertThat(asked).isEmpty();
    assertThat(cached()).isEmpty();
  }

  @Test
  void theWalkWaitsForAPagesLockAndItsWriteBack() throws Exception {
    Page page = cachePages(0, 1).get(0);
    run(AddressSpaceActor.lockPage(page));
    run(AddressSpaceActor.setPageWriteback(page));
    CompletableFuture<Long> result = invalidate(LINUX_2_6_20, 0, 0);
    run(AddressSpaceActor.unlockPage(page));
    assertThat(asked).isEmpty();
    assertThat(cached()).containsExactly(0L);

    run(AddressSpaceActor.endPageWriteback(page));
    assertThat(get(result)).isZero();
    assertThat(cached()).isEmpty();
  }

  @Test
  void dropBehindSkipsWhatIsBusyAndReportsNothing() throws Exception {
    List<Page> pages = cachePages(0, 5);
    referenced.add(0L);
    run(AddressSpaceActor.tryLockPage(pages.get(1)));
    run(AddressSpaceActor.setPageDirty(pages.get(2)));
    run(AddressSpaceActor.setPageWriteback(pages.get(3)));
    get(start(process, LINUX_2_6_20.invalidateMappingPages(inode, 0, 10)));
    assertThat(cached()).containsExactly(0L, 1L, 2L, 3L);
    assertThat(asked).containsExactly(0L, 4L);
  }

  private static Truncate truncate(Set<Fix> fixes) {
    return new Truncate(new KernelProfile("test", Era.since2619(fixes), Map.of()));
  }

  private ActorRef<ContextActor.Command> process(String comm) {
    return KIT.spawn(ContextActor.create(host, new Context(Context.Kind.PROCESS, comm, 100), null));
  }

  /** Only {@code ->releasepage} answers: what the test says. */
  private AddressSpaceOperations operations() {
    return (AddressSpaceOperations)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {AddressSpaceOperations.class},
            (proxy, method, args) -> {
              if (!method.getName().equals("releasepage")) {
                throw new UnsupportedOperationException(method.getName());
              }
              return releasepage((Page) args[1]);
            });
  }

  private Step<Long> releasepage(Page page) {
    asked.add(page.index());
    return referenced.contains(page.index())
        ? Step.done(0L)
        : AddressSpaceActor.tryToFreeBuffers(page).map(freed -> freed ? 1L : 0L);
  }

  private List<Page> cachePages(long first, int count) throws Exception {
    List<Page> pages = new ArrayList<>();
    for (long index = first; index < first + count; index++) {
      Page page = run(AddressSpaceActor.addToPageCache(inode.mapping(), index)).page();
      run(AddressSpaceActor.createEmptyBuffers(page, Page.SIZE, true));
      run(AddressSpaceActor.unlockPage(page));
      pages.add(page);
    }
    return pages;
  }

  private List<Long> cached() throws Exception {
    return run(AddressSpaceActor.pagevecLookup(inode.mapping(), 0, 100)).stream()
        .map(Page::index)
        .toList();
  }

  private CompletableFuture<Long> invalidate(Truncate truncate, long start, long end) {
    return start(process, truncate.invalidateInodePages2Range(inode, start, end));
  }

  private <T> T run(Step<T> step) throws Exception {
    return get(start(observer, step));
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(Deadline.SECONDS, TimeUnit.SECONDS);
  }

  private static <T> CompletableFuture<T> start(
      ActorRef<ContextActor.Command> context, Step<T> step) {
    CompletableFuture<T> result = new CompletableFuture<>();
    context.tell(
        new ContextActor.Run(
            step.map(
                value -> {
                  result.complete(value);
                  return Done.DONE;
                })));
    return result;
  }
}
