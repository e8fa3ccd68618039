package diorama.kernel.fs;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import diorama.Deadline;
import diorama.kernel.Errno;
import diorama.kernel.KernelProfile;
import diorama.kernel.SystemCalls;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Memory;
import diorama.kernel.mm.MmActor;
import diorama.kernel.mm.Mmap;
import diorama.kernel.mm.PageWriteback;
import diorama.kernel.mm.Readahead;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Latency;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.ProcessTableActor;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Task;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** fs/aio.c and system calls with real actors, over a file whose methods a test answers for. */
final class AioMachine implements Host, AutoCloseable {
  /** What the kernel reported. */
  record Reported(Report kind, List<String> trace, List<String> lines) {}

  final ActorTestKit kit = ActorTestKit.create();
  final List<Tracepoint> trace = new CopyOnWriteArrayList<>();
  final List<Reported> reports = new CopyOnWriteArrayList<>();
  final List<String> log = new CopyOnWriteArrayList<>();
  final List<Throwable> defects = new CopyOnWriteArrayList<>();
  final Queue<Kiocb> inFlight = new ConcurrentLinkedQueue<>();

  /** A method that breaks its promise: it completes the request and returns -EIO for it. */
  volatile boolean completesItself;

  /** A method that has queued its request waits for the lock of {@link #barrier}. */
  volatile boolean holdsBack;

  final Inode barrier;
  final Queue<Long> results = new ConcurrentLinkedQueue<>();
  final List<String> calls = new CopyOnWriteArrayList<>();
  final ActorRef<KioctxActor.Command> kioctxs;
  final Aio aio;
  final Open open;
  final TaskFiles files;
  final ActorRef<ContextActor.Command> process;
  final ActorRef<ContextActor.Command> interrupt;
  private final SystemCalls.Table table;

  AioMachine(KernelProfile profile) {
    this(profile, AfterFree.REUSED, new Mm());
  }

  AioMachine(KernelProfile profile, AfterFree afterFree, Mm mm) {
    ActorRef<ContextActor.Command> worker = context(Context.Kind.KTHREAD, "aio/0", 7);
    kioctxs = kit.spawn(KioctxActor.create(this, profile, afterFree, worker));
    aio = new Aio(this, profile, kioctxs);
    open = new Open(profile, this::inode, kioctxs);
    barrier = Objects.requireNonNull(inode("barrier"));
    Memory memory = new Memory(profile, kit.spawn(MmActor.create()), new Readahead(0));
    Mmap mmap = new Mmap(memory);
    files = new TaskFiles(aio, open, mmap, mm);
    process = context(Context.Kind.PROCESS, "aio-dio", 100);
    interrupt = context(Context.Kind.INTERRUPT, "irq", 0);
    Sync sync = new Sync(profile, new PageWriteback());
    ReadWrite readWrite = new ReadWrite(aio, sync);
    table =
        new SystemCalls.Table(
            open,
            readWrite,
            aio,
            new MappedAccess(memory, mmap, sync, aio),
            new Latency(1_000, 0, 1_000));
  }

  ActorRef<ContextActor.Command> context(Context.Kind kind, String comm, int pid) {
    return kit.spawn(ContextActor.create(this, new Context(kind, comm, pid), oops -> afterOops()));
  }

  private static Step<?> afterOops() {
    return Step.done();
  }

  SystemCalls calls() {
    return calls(files);
  }

  SystemCalls calls(TaskFiles owned) {
    ActorRef<ProcessTableActor.Command> noTable =
        kit.<ProcessTableActor.Command>createTestProbe().ref();
    return new SystemCalls(this, table, new Task<>(this, noTable, owned));
  }

  private @Nullable Inode inode(String name) {
    boolean direct = !name.equals("no-direct-io");
    return name.equals("missing")
        ? null
        : new Inode(
            1,
            12,
            kit.spawn(InodeActor.create()),
            kit.spawn(AddressSpaceActor.create(this.tracer())),
            new Operations(direct),
            new Methods(),
            SuperOperations.NONE);
  }

  /** Every method answers what the test has put into {@link #results}. */
  private final class Methods implements FileOperations {
    private Step<Long> answer(Kiocb iocb, String call) {
      calls.add(call);
      if (completesItself) {
        return aio.aioComplete(iocb, 4096, 0).map(x -> -5L);
      }
      Long result = results.poll();
      if (result == null || result == -529) {
        inFlight.add(iocb);
        return queued(iocb);
      }
      return Step.done(result);
    }

    /** What a file system does with its inode when it has queued a request. */
    private Step<Long> queued(Kiocb iocb) {
      return Step.when(holdsBack, () -> InodeActor.mutexLock(barrier))
          .then(() -> aio.usesInode(iocb, "ext3_file_write"))
          .then(() -> Step.when(holdsBack, () -> InodeActor.mutexUnlock(barrier)))
          .map(x -> -529L);
    }

    @Override
    public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
      long length = iov.stream().mapToLong(IoVec::length).sum();
      return Step.function("ext3_file_write", () -> answer(iocb, "write " + length + "@" + pos));
    }

    @Override
    public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
      return answer(iocb, "read " + buffer.length() + "@" + pos);
    }

    @Override
    public Step<Long> fsync(File file, boolean datasync) {
      calls.add(datasync ? "fdatasync" : "fsync");
      return Step.done(0L);
    }
  }

  private record Operations(boolean hasDirectIo) implements AddressSpaceOperations {
    @Override
    public Step<Long> writepage(
        Inode inode, diorama.kernel.mm.Page page, diorama.kernel.mm.WritebackControl wbc) {
      return AddressSpaceActor.unlockPage(page).map(x -> (long) -Errno.ENOSPC);
    }

    @Override
    public Step<Long> readpage(Inode inode, diorama.kernel.mm.Page page) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Step<Long> prepareWrite(Inode i, diorama.kernel.mm.Page page, int from, int to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Step<Long> commitWrite(Inode i, diorama.kernel.mm.Page page, int from, int to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Step<Long> releasepage(
        Inode inode, diorama.kernel.mm.Page page, diorama.kernel.mm.Gfp gfp) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Step<Long> directWrite(Kiocb iocb, List<IoVec> iov, long offset) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Step<Long> directRead(Kiocb iocb, ReadBuffer buffer, long offset) {
      throw new UnsupportedOperationException();
    }
  }

  /** Starts a step in a context. */
  <T> CompletableFuture<T> start(ActorRef<ContextActor.Command> context, Step<T> step) {
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

  /** Runs a step in the process and waits for its result. */
  <T> T run(Step<T> step) {
    return await(start(process, step));
  }

  static <T> T await(CompletableFuture<T> result) {
    try {
      return result.get(Deadline.SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** The oldest request in flight completes in interrupt. */
  void completeOne(long result) {
    Kiocb iocb = inFlight.remove();
    await(start(interrupt, aio.aioComplete(iocb, result, 0)));
  }

  KioctxActor.InUse inUse() {
    return await(start(context(Context.Kind.KTHREAD, "looker", 9), KioctxActor.inUse(kioctxs)));
  }

  @Override
  public Tracer tracer() {
    return trace::add;
  }

  @Override
  public KernelTimers timers() {
    return new KernelTimers(0.01);
  }

  @Override
  public void printk(Context context, String line) {
    log.add(line);
  }

  @Override
  public void report(Report kind, Context context, List<String> stack, List<String> lines) {
    reports.add(new Reported(kind, List.copyOf(stack), List.copyOf(lines)));
  }

  @Override
  public void lockOrder(Context c, int held, LockClass wanted, List<String> stack) {}

  @Override
  public void defect(String where, Throwable cause) {
    defects.add(cause);
  }

  @Override
  public Latency wakeup() {
    return Latency.NONE;
  }

  @Override
  public Chance chance(String name) {
    return new Chance(1).stream(name);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    if (!defects.isEmpty()) {
      throw new AssertionError("defects", defects.get(0));
    }
  }
}
