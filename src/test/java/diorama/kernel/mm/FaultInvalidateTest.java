package diorama.kernel.mm;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.Deadline;
import diorama.kernel.Era;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.data.Content;
import diorama.kernel.fs.AddressSpaceOperations;
import diorama.kernel.fs.File;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A page that is dropped after a fault has found it and before it is in the page table. */
class FaultInvalidateTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Content OLD = Content.stamped(1, 0, Page.SECTORS);
  private static final Content NEW = Content.stamped(2, 0, Page.SECTORS);

  private final TestHost host = new TestHost();
  private final ActorRef<ContextActor.Command> loader = process("loader");
  private final ActorRef<ContextActor.Command> invalidator = process("invalidator");
  private final LinkedBlockingQueue<AddressSpaceActor.Command> kept = new LinkedBlockingQueue<>();
  private final ActorRef<AddressSpaceActor.Command> mapping =
      KIT.spawn(AddressSpaceActor.create(Tracer.NONE));
  private final Inode inode =
      new Inode(
          12,
          12,
          KIT.spawn(InodeActor.create()),
          KIT.spawn(gate()),
          operations(),
          null,
          SuperOperations.NONE);
  private final MmStruct mm = new MmStruct();
  private volatile boolean keeping = true;
  private volatile Content disk = OLD;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  /** Keeps back the section that enters a page into a page table. */
  private Behavior<AddressSpaceActor.Command> gate() {
    return Behaviors.receiveMessage(
        message -> {
          if (keeping && message instanceof PageTableCalls.Enter) {
            kept.add(message);
          } else {
            mapping.tell(message);
          }
          return Behaviors.same();
        });
  }

  private ActorRef<ContextActor.Command> process(String comm) {
    return KIT.spawn(ContextActor.create(host, new Context(Context.Kind.PROCESS, comm, 100), null));
  }

  /** Only {@code ->readpage} and {@code ->releasepage} are asked for. */
  private AddressSpaceOperations operations() {
    return (AddressSpaceOperations)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {AddressSpaceOperations.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "readpage" -> readpage((Page) args[1]);
                  case "hasMmap" -> true;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private Step<Long> readpage(Page page) {
    return AddressSpaceActor.fill(page, 0, disk)
        .then(() -> AddressSpaceActor.setPageUptodate(page))
        .then(() -> AddressSpaceActor.unlockPage(page))
        .map(d -> 0L);
  }

  private UserMemory mapped(KernelProfile profile, long[] address) throws Exception {
    Memory memory = new Memory(profile, KIT.spawn(MmActor.create()), new Readahead(0));
    get(start(loader, InodeActor.iSizeWrite(inode, Page.SIZE)));
    File file = new File(inode, true, true, false, false);
    address[0] = get(start(loader, new Mmap(memory).doMmapPgoff(mm, file, Page.SIZE, 0)));
    return new UserMemory(memory);
  }

  private void enterNow() throws Exception {
    keeping = false;
    AddressSpaceActor.Command enter = kept.poll(Deadline.SECONDS, TimeUnit.SECONDS);
    assertThat(enter).as("nobody came to enter a page").isNotNull();
    mapping.tell(enter);
  }

  private void comesToTheGate() {
    org.awaitility.Awaitility.await().atMost(Deadline.DURATION).until(() -> !kept.isEmpty());
  }

  @Test
  void untilD00806b1ThePageIsMappedThoughItHasLeftTheCacheAndStaysForGood() throws Exception {
    KernelProfile profile = profile(Set.of());
    long[] address = new long[1];
    UserMemory user = mapped(profile, address);
    CompletableFuture<UserMemory.Loaded> first = start(loader, user.load(mm, address[0]));
    comesToTheGate();
    disk = NEW;
    assertThat(get(start(invalidator, invalidate(profile)))).isZero();
    enterNow();

    assertThat(get(first).page().sameAs(OLD)).isTrue();
    assertThat(get(start(loader, user.load(mm, address[0]))).page().sameAs(OLD)).isTrue();
    assertThat(get(start(invalidator, AddressSpaceActor.nrpages(mapping)))).isZero();
  }

  @Test
  void withThePageLockedTheInvalidationWaitsAndUnmapsIt() throws Exception {
    KernelProfile profile = profile(Set.of(Fix.FAULT_LOCKS_PAGE));
    long[] address = new long[1];
    UserMemory user = mapped(profile, address);
    CompletableFuture<UserMemory.Loaded> first = start(loader, user.load(mm, address[0]));
    comesToTheGate();
    disk = NEW;
    CompletableFuture<Long> invalidated = start(invalidator, invalidate(profile));
    ActorRef<ContextActor.Command> observer = process("observer");
    for (int i = 0; i < 100; i++) {
      assertThat(get(start(observer, AddressSpaceActor.nrpages(mapping)))).isEqualTo(1);
    }
    enterNow();

    assertThat(get(invalidated)).isZero();
    get(first);
    assertThat(get(start(loader, user.load(mm, address[0]))).page().sameAs(NEW)).isTrue();
  }

  private Step<Long> invalidate(KernelProfile profile) {
    return new Truncate(profile).invalidateInodePages2Range(inode, 0, 0);
  }

  private static KernelProfile profile(Set<Fix> fixes) {
    return new KernelProfile("test", Era.since2619(fixes), Map.of());
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
