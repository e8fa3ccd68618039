package diorama.kernel.fs.ext3;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.Deadline;
import diorama.kernel.Era;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.data.Content;
import diorama.kernel.fs.AioCompletion;
import diorama.kernel.fs.BlockdevDirectIo;
import diorama.kernel.fs.DioEndIo;
import diorama.kernel.fs.File;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.GetBlock;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.Kiocb;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.fs.Spawner;
import diorama.kernel.fs.Sync;
import diorama.kernel.mm.Filemap;
import diorama.kernel.mm.PageWriteback;
import diorama.kernel.mm.Readahead;
import diorama.kernel.mm.Truncate;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.Latency;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A mounted ext3 with real objects, the page cache of mm/filemap.c, and a disk of the test. */
final class Ext3Machine implements Host, Spawner, AutoCloseable {
  /** An hour: nothing is committed unless somebody asks for it. */
  static final Duration NEVER = Duration.ofHours(1);

  /** Every write is synchronous. */
  private static final AioCompletion NO_AIO =
      (AioCompletion)
          Proxy.newProxyInstance(
              AioCompletion.class.getClassLoader(),
              new Class<?>[] {AioCompletion.class},
              (proxy, method, args) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  private final ActorTestKit kit = ActorTestKit.create();
  private final AtomicInteger pids = new AtomicInteger(100);

  final Queue<Tracepoint> trace = new ConcurrentLinkedQueue<>();
  final List<String> log = new CopyOnWriteArrayList<>();
  final List<Throwable> defects = new CopyOnWriteArrayList<>();
  final TestDisk disk;
  final TestDisk.Layer layer;
  final Ext3FileSystem fs;
  final PageWriteback writeback = new PageWriteback();
  private final FsWriteback fsWriteback = new FsWriteback(writeback);
  private final Filemap filemap;

  Ext3Machine(Ext3Options options) {
    this(options, Set.of(Fix.JBD_WAIT_FOR_SUBMITTED_DATA));
  }

  /** A machine of 2.6.19 with these fixes of later kernels. */
  Ext3Machine(Ext3Options options, Set<Fix> fixes) {
    this(Era.since2619(fixes), options);
  }

  /** A machine of this kernel. */
  Ext3Machine(Ext3Options options, String kernel) {
    this(Era.of(kernel), options);
  }

  private Ext3Machine(Set<Fix> fixes, Ext3Options options) {
    KernelProfile profile = new KernelProfile("test", fixes, Map.of());
    this.disk = new TestDisk(context(Context.Kind.INTERRUPT, "irq"));
    this.layer = new TestDisk.Layer(kit.spawn(ObjectActor.<TestDisk, Request<TestDisk>>of(disk)));
    this.filemap =
        new Filemap(
            profile,
            tracer(),
            NO_AIO,
            writeback,
            fsWriteback,
            new Truncate(profile),
            new Readahead(0),
            new Sync(profile, writeback));
    this.fs =
        Ext3FileSystem.mount(
            new diorama.kernel.fs.MountedFileSystem.Machine(
                this,
                profile,
                this,
                layer,
                "sda1",
                new MappedDirectIo(),
                filemap,
                fsWriteback,
                new Sync(profile, writeback),
                null),
            options);
  }

  static Ext3Options options(DataMode mode, Duration commitInterval) {
    return new Ext3Options(mode, commitInterval, false, 4096, 1024, 100_000);
  }

  /** How many bytes of a direct write are written; the rest is a hole. */
  volatile long hole = Long.MAX_VALUE;

  /** Maps what a direct write would write, in one piece after the other, and says it is written. */
  private final class MappedDirectIo implements BlockdevDirectIo {
    @Override
    public Step<Long> write(
        Kiocb iocb, Inode inode, List<IoVec> iov, long offset, GetBlock getBlock, DioEndIo endIo) {
      long blocks = iocb.kiNbytes() >> inode.blkbits();
      long[] next = {0};
      return Step.loop(
              () ->
                  next[0] >= blocks
                      ? Step.done(false)
                      : getBlock
                          .map(
                              inode,
                              (offset >> inode.blkbits()) + next[0],
                              (int) (blocks - next[0]),
                              true)
                          .map(
                              mapping -> {
                                next[0] += mapping.blocks();
                                return true;
                              }))
          .map(d -> Math.min(hole, iocb.kiNbytes()));
    }

    @Override
    public Step<Long> read(
        Kiocb iocb, Inode inode, ReadBuffer buffer, long offset, GetBlock getBlock) {
      return Step.done(0L);
    }
  }

  /** A buffered write of whole sectors, stamped. */
  Step<Long> write(Inode inode, long pos, long bytes, long stamp) {
    Kiocb iocb = new Kiocb(null, new File(inode, true, true, false, false), pos, bytes, stamp);
    IoVec iov = IoVec.aligned(Content.stamped(stamp, 0, (int) (bytes / 512)));
    return inode.fOps().aioWrite(iocb, List.of(iov), pos);
  }

  /** fsync(2) without its data. */
  Step<Long> fsync(Inode inode) {
    return inode.fOps().fsync(new File(inode, true, true, false, false), false);
  }

  /** A buffered read. */
  Step<Long> read(Inode inode, ReadBuffer buffer, long pos) {
    Kiocb iocb =
        new Kiocb(null, new File(inode, true, true, false, false), pos, buffer.length(), 1);
    return inode.fOps().aioRead(iocb, buffer, pos);
  }

  ActorRef<ContextActor.Command> context(Context.Kind kind, String comm) {
    Context context = new Context(kind, comm, pids.incrementAndGet());
    return kit.spawn(ContextActor.create(this, context, null));
  }

  /** Starts a step in a process of its own. */
  <T> CompletableFuture<T> start(String comm, Step<T> step) {
    return start(context(Context.Kind.PROCESS, comm), step);
  }

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

  <T> T run(Step<T> step) {
    return await(start("p", step));
  }

  <T> T await(CompletableFuture<T> result) {
    try {
      return result.get(Deadline.SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("defects " + defects + ", last events " + tail(), e);
    }
  }

  private List<Tracepoint> tail() {
    return trace.stream().skip(Math.max(0, trace.size() - 12)).toList();
  }

  @Override
  public <M> ActorRef<M> object(String name, Behavior<M> behavior) {
    return kit.spawn(behavior, name);
  }

  @Override
  public ActorRef<ContextActor.Command> kthread(String comm) {
    return context(Context.Kind.KTHREAD, comm);
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
    log.addAll(lines);
  }

  @Override
  public void lockOrder(Context c, int held, LockClass wanted, List<String> stack) {}

  @Override
  public void defect(String where, Throwable cause) {
    defects.add(new AssertionError(where, cause));
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
