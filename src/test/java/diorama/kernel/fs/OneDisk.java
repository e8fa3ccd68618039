package diorama.kernel.fs;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import diorama.Deadline;
import diorama.kernel.Era;
import diorama.kernel.Errno;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.block.DeviceFaults;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.block.Devices;
import diorama.kernel.data.Content;
import diorama.kernel.fs.iomap.Iomap;
import diorama.kernel.fs.iomap.IomapDioActor;
import diorama.kernel.fs.iomap.IomapDioEndIo;
import diorama.kernel.fs.iomap.IomapDioRw;
import diorama.kernel.fs.iomap.IomapOps;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.PageWriteback;
import diorama.kernel.mm.Truncate;
import diorama.kernel.sched.Address;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Latency;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WorkqueueActor;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Tracer;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A file on a disk: real objects, two processes, one interrupt context; the AIO core is a list. */
final class OneDisk implements AutoCloseable, Host {
  record Event(Kiocb iocb, long res) {}

  static final Set<Fix> LINUX_2_6_20 =
      Set.of(Fix.WORKER_RAISES_EIOCBQUEUED, Fix.DIO_REFCOUNT_LOCKED, Fix.DIO_PAGE_ERRORS_REPORTED);

  /** Where block 0 of the file is on the disk, in file system blocks. */
  static final long FIRST_BLOCK = 1000;

  final List<Tracepoint> trace = new CopyOnWriteArrayList<>();
  final List<List<String>> reports = new CopyOnWriteArrayList<>();
  final List<String> printed = new CopyOnWriteArrayList<>();
  final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  final Gate<ContextActor.Command> irqGate;
  final Gate<DioActor.Command> dioGate;
  final Inode inode;
  volatile DeviceFaults faults = DeviceFaults.NONE;

  /** What the file system's get_block does. */
  volatile GetBlock getBlock = mapped(Integer.MAX_VALUE, -1);

  /** What the file system does when a transfer has ended. */
  volatile DioEndIo endIo = DioEndIo.NONE;

  /** What aio_complete comes to. */
  volatile Step<Done> aioCompletion = Step.done();

  private final ActorTestKit kit = ActorTestKit.create();
  private final ActorRef<DioActor.Command> dios;
  private final ActorRef<BlockDeviceActor.Command> bdev;
  private final BlockdevDirectIo directIo;
  private final @Nullable ActorRef<WorkqueueActor.Command> kworkers;
  private final ActorRef<IomapDioActor.Command> iomapDios;
  private final @Nullable IomapDioRw iomap;

  /** The slab of iomap. */
  final Gate<IomapDioActor.Command> iomapGate;

  /** Whether cached pages can be dropped; else they are busy. */
  volatile boolean droppable = true;

  /** How the file system answers iomap. */
  volatile IomapOps iomapOps = OneDisk::oneToOne;

  /** What the file system does when a transfer of iomap has ended. */
  volatile IomapDioEndIo iomapEndIo = IomapDioEndIo.NONE;

  final Gate<SuperBlock.Command> sbGate;
  private final ActorRef<ContextActor.Command> checker;
  private long numbers;

  /** A disk of 2.6.19 with these fixes of later kernels. */
  OneDisk(Set<Fix> fixes, AfterFree afterFree) {
    this(afterFree, Era.since2619(fixes));
  }

  /** A disk of this kernel. */
  OneDisk(String kernel, AfterFree afterFree) {
    this(afterFree, Era.of(kernel));
  }

  private OneDisk(AfterFree afterFree, Set<Fix> fixes) {
    Tracer tracer = trace::add;
    KernelTimers timers = new KernelTimers(0.01);
    ActorRef<ContextActor.Command> irq = context(Context.Kind.INTERRUPT, "irq");
    irqGate = new Gate<>(irq);
    dioGate = new Gate<>(kit.spawn(DioActor.create(afterFree, tracer)));
    dios = kit.spawn(dioGate.behavior());
    DeviceParameters device = Devices.flash();
    bdev =
        kit.spawn(
            BlockDeviceActor.create(
                device,
                new Chance(1),
                List.of(kit.spawn(irqGate.behavior())),
                tracer,
                timers,
                (rw, sector, sectors) -> faults.of(rw, sector, sectors)));
    inode =
        new Inode(
            12,
            12,
            kit.spawn(InodeActor.create()),
            kit.spawn(AddressSpaceActor.create(Tracer.NONE)),
            unused(AddressSpaceOperations.class),
            new Synced(),
            SuperOperations.NONE);
    KernelProfile profile =
        new KernelProfile("test", fixes, Map.of("fs/direct-io.c:direct_io_worker", 1113));
    AioCompletion aio =
        new AioCompletion() {
          @Override
          public Step<Done> aioComplete(Kiocb iocb, long res, long res2) {
            events.add(new Event(iocb, res));
            return aioCompletion;
          }

          @Override
          public Step<Done> kiocbSetPgBusy(Kiocb iocb) {
            return Step.done();
          }

          @Override
          public Step<Boolean> retryIfPgBusy(Kiocb iocb) {
            return Step.done(false);
          }

          @Override
          public Step<Done> usesInode(Kiocb iocb, String function) {
            return Step.done();
          }

          @Override
          public Step<Long> kiPos(Kiocb iocb) {
            return Step.done(iocb.kiPos());
          }
        };
    boolean worker = profile.fixed(Fix.DIO_DONE_WORKQUEUE);
    kworkers = worker ? kit.spawn(WorkqueueActor.create(this, 200, (c, ref) -> {})) : null;
    sbGate = new Gate<>(kit.spawn(SuperBlock.create(tracer)));
    Truncate truncate = new Truncate(profile);
    iomapGate = new Gate<>(kit.spawn(IomapDioActor.create(afterFree, tracer)));
    iomapDios = kit.spawn(iomapGate.behavior());
    DioDoneWorkqueue workqueue =
        kworkers == null
            ? null
            : new DioDoneWorkqueue(kit.spawn(sbGate.behavior()), kworkers, "sda1");
    StalePagecache stale = new StalePagecache(this, profile, kit.spawn(StalePagecache.statics()));
    iomap =
        workqueue == null
            ? null
            : new IomapDioRw(
                profile,
                tracer,
                iomapDios,
                bdev,
                device,
                aio,
                (i, from, to) -> Step.done(0L),
                (i, from, to) ->
                    droppable
                        ? truncate.invalidateInodePages2Range(i, from, to)
                        : Step.done(-(long) Errno.EBUSY),
                new Sync(profile, new PageWriteback()),
                workqueue,
                stale);
    directIo =
        workqueue == null
            ? new DirectIo(
                profile,
                tracer,
                dios,
                bdev,
                device,
                aio,
                (i, from, to) -> Step.done(0L),
                (i, from, to) -> Step.done(0L))
            : new DoBlockdevDirectIo(
                profile,
                tracer,
                dios,
                bdev,
                device,
                aio,
                (i, from, to) -> Step.done(0L),
                truncate::invalidateInodePages2Range,
                new Sync(profile, new PageWriteback()),
                workqueue,
                stale);
    checker = context(Context.Kind.PROCESS, "check");
  }

  /** A file of which fsync works. */
  private static final class Synced implements FileOperations {
    @Override
    public Step<Long> aioWrite(Kiocb iocb, List<IoVec> iov, long pos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Step<Long> aioRead(Kiocb iocb, ReadBuffer buffer, long pos) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Step<Long> fsync(File file, boolean datasync) {
      return Step.done(0L);
    }
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  ActorRef<ContextActor.Command> context(Context.Kind kind, String comm) {
    return kit.spawn(ContextActor.create(this, new Context(kind, comm, 1), null));
  }

  /** Maps the file one to one, at most so many blocks a call, with a hole from one block on. */
  static GetBlock mapped(int atMost, long hole) {
    return (inode, block, max, create) -> {
      if (hole >= 0 && block >= hole) {
        return Step.done(BlockMapping.HOLE);
      }
      int upToHole = hole < 0 ? max : (int) Math.min(max, hole - block);
      return Step.done(
          new BlockMapping(FIRST_BLOCK + block, Math.min(atMost, upToHole), create, 0));
    };
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
    return get(start(checker, step));
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(Deadline.SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e);
    } catch (TimeoutException e) {
      throw new AssertionError("did not end", e);
    }
  }

  ActorRef<DioActor.Command> dios() {
    return dios;
  }

  void fileSize(long bytes) {
    run(InodeActor.iSizeWrite(inode, bytes));
  }

  Kiocb sync(long pos) {
    return new Kiocb(null, file(), pos, 0, ++numbers);
  }

  Kiocb async(long pos) {
    return new Kiocb(new Address(0, (int) ++numbers), file(), pos, 0, numbers);
  }

  /** What the requests' file is. */
  volatile boolean osync;

  private File file() {
    return new File(inode, true, true, true, osync, "/mnt/file");
  }

  Step<Long> write(Kiocb iocb, IoVec... iov) {
    return Step.current(
        c -> directIo.write(iocb, inode, List.of(iov), iocb.kiPos(), getBlock, endIo));
  }

  Step<Long> read(Kiocb iocb, ReadBuffer buffer) {
    return Step.current(c -> directIo.read(iocb, inode, buffer, iocb.kiPos(), getBlock));
  }

  /** Extents that lie where the blocks of {@link #mapped} do, and are written. */
  private static Step<Iomap> oneToOne(Inode inode, long pos, long length, boolean write) {
    return Step.done(new Iomap(Iomap.Type.MAPPED, FIRST_BLOCK * 8 + pos / 512, length, false, 0));
  }

  Step<Long> iomapWrite(Kiocb iocb, IoVec... iov) {
    return java.util.Objects.requireNonNull(iomap)
        .write(iocb, List.of(iov), iocb.kiPos(), iomapOps, iomapEndIo);
  }

  Step<Long> iomapRead(Kiocb iocb, ReadBuffer buffer) {
    return java.util.Objects.requireNonNull(iomap).read(iocb, buffer, iocb.kiPos(), iomapOps);
  }

  /** What is on the media at a byte of the file. */
  Content media(long pos, int sectors) {
    return run(BlockDeviceActor.readMedia(bdev, FIRST_BLOCK * 8 + pos / 512, sectors));
  }

  Event event() throws InterruptedException {
    Event event = events.poll(Deadline.SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no event");
    }
    return event;
  }

  /** Waits until nothing is in flight; everything that was allocated or locked must be back. */
  void comesToRest() {
    org.awaitility.Awaitility.await()
        .atMost(Deadline.DURATION)
        .until(
            () ->
                run(BlockDeviceActor.atRest(bdev))
                    && run(DioActor.live(dios)) == 0
                    && run(IomapDioActor.live(iomapDios)) == 0
                    && run(InodeActor.atRest(inode))
                    && (kworkers == null || run(WorkqueueActor.state(kworkers)).idle()));
  }

  /** How many workqueues there are. */
  int workqueues() {
    return kworkers == null ? 0 : run(WorkqueueActor.state(kworkers)).queues();
  }

  boolean deviceAtRest() {
    return run(BlockDeviceActor.atRest(bdev));
  }

  long count(String name) {
    return trace.stream().filter(t -> t.name().equals(name)).count();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }

  @Override
  public Tracer tracer() {
    return Tracer.NONE;
  }

  @Override
  public KernelTimers timers() {
    return new KernelTimers(0.01);
  }

  @Override
  public void printk(Context context, String line) {
    printed.add(line);
  }

  @Override
  public void report(Report kind, Context context, List<String> calls, List<String> lines) {
    reports.add(lines);
  }

  @Override
  public void lockOrder(Context context, int held, LockClass wanted, List<String> calls) {}

  @Override
  public void defect(String where, Throwable cause) {
    reports.add(List.of("defect in " + where, cause.toString()));
  }

  @Override
  public Latency wakeup() {
    return Latency.NONE;
  }

  @Override
  public Chance chance(String name) {
    return new Chance(1);
  }
}
