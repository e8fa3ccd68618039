package diorama.kernel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import diorama.kernel.block.Bio;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.block.DeviceFaults;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.fs.Aio;
import diorama.kernel.fs.BlockLayer;
import diorama.kernel.fs.BlockdevDirectIo;
import diorama.kernel.fs.DioActor;
import diorama.kernel.fs.DioDoneWorkqueue;
import diorama.kernel.fs.DirectIo;
import diorama.kernel.fs.DoBlockdevDirectIo;
import diorama.kernel.fs.FsWriteback;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.InodeActor;
import diorama.kernel.fs.KioctxActor;
import diorama.kernel.fs.MappedAccess;
import diorama.kernel.fs.Mm;
import diorama.kernel.fs.MountedFileSystem;
import diorama.kernel.fs.Open;
import diorama.kernel.fs.ReadWrite;
import diorama.kernel.fs.Spawner;
import diorama.kernel.fs.StalePagecache;
import diorama.kernel.fs.SuperBlock;
import diorama.kernel.fs.Sync;
import diorama.kernel.fs.TaskFiles;
import diorama.kernel.fs.iomap.IomapDioActor;
import diorama.kernel.fs.iomap.IomapDioRw;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Filemap;
import diorama.kernel.mm.Memory;
import diorama.kernel.mm.MmActor;
import diorama.kernel.mm.Mmap;
import diorama.kernel.mm.PageWriteback;
import diorama.kernel.mm.Pdflush;
import diorama.kernel.mm.Readahead;
import diorama.kernel.mm.Truncate;
import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.ExitStatus;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.KernelTimers;
import diorama.kernel.sched.Lockdep;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.ProcessTableActor;
import diorama.kernel.sched.Signals;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Task;
import diorama.kernel.sched.Watchdog;
import diorama.kernel.sched.WorkqueueActor;
import diorama.kernel.tracepoint.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One emulated computer: a kernel with its contexts and objects, a device, a mounted file system.
 *
 * <p>All of its actors are children of the one that boots it; stopping that one is pulling the
 * plug. A machine shares nothing with its neighbours but threads.
 */
public final class Machine {
  private static final int FIRST_KTHREAD_PID = 2;
  private static final int FIRST_KWORKER_PID = 200;
  private static final int LAST_KTHREAD_PID = 300;

  /** The first inode number that ext3 gives to a file. */
  private static final long FIRST_INO = 11;

  /**
   * What a machine is made of.
   *
   * @param seed of everything that is drawn in it
   * @param files names of the empty files that its file system starts with
   * @param faults what goes wrong with its device
   */
  public record Spec(
      KernelProfile profile,
      KernelSettings settings,
      DeviceParameters device,
      MountedFileSystem.Options fileSystem,
      List<String> files,
      DeviceFaults faults,
      long seed) {}

  /** Where a machine's complaints go. Called by any of its actors. */
  public interface Console {
    /** A line of the kernel log. */
    void printk(String line);

    /** The kernel died or complained; see {@link Host#report}. */
    void report(Host.Report kind, Context context, List<String> trace, List<String> lines);

    /** Diorama's own code failed. */
    void defect(String where, Throwable cause);

    /** The last of the processes that were started ended. */
    void idle();
  }

  private final ActorContext<?> actor;
  private final Spec spec;
  private final Tracer tracer;
  private final Chance seed;
  private final Host host;
  private final ActorRef<Watchdog.Command> watchdog;
  private final ActorRef<BlockDeviceActor.Command> bdev;
  private final ActorRef<KioctxActor.Command> kioctxs;
  private final ActorRef<DioActor.Command> dios;
  private final ActorRef<ProcessTableActor.Command> processes;
  private final TreeMap<String, Inode> files = new TreeMap<>();
  private final SystemCalls.Table systemCalls;
  private final Mmap mmap;
  private final @Nullable ActorRef<WorkqueueActor.Command> kworkers;
  private final @Nullable ActorRef<IomapDioActor.Command> iomapDios;
  private final MountedFileSystem fs;
  private final Aio aio;
  private int lastPid = FIRST_KTHREAD_PID - 1;

  private Machine(ActorContext<?> actor, Spec spec, Tracer tracer, Console console) {
    this.actor = actor;
    this.spec = spec;
    this.tracer = tracer;
    this.seed = new Chance(spec.seed());
    KernelSettings settings = spec.settings();
    KernelTimers timers = new KernelTimers(settings.timeScale());
    ActorRef<Lockdep.Command> lockdep = actor.spawn(lockdep(console), "lockdep", Lockdep.MAILBOX);
    this.host = new MachineHost(tracer, timers, seed, settings.wakeup(), console, lockdep);
    this.watchdog =
        spawn(
            "watchdog",
            Watchdog.create(
                timers,
                Math.max(timers.scaled(settings.hungTask()), settings.hungTaskFloor().toNanos()),
                Math.max(
                    timers.scaled(settings.softLockup()), settings.hungTaskFloor().toNanos())));
    this.bdev =
        spawn(
            spec.device().name(),
            BlockDeviceActor.create(
                spec.device(), seed.stream("device"), interrupts(), tracer, timers, spec.faults()));
    long used = spec.fileSystem().firstUsedSector();
    if (used >= 0) {
      bdev.tell(new BlockDeviceActor.Use(used, (int) (spec.fileSystem().sectors() - used)));
    }
    this.kioctxs =
        spawn(
            "aio-memory",
            KioctxActor.create(host, spec.profile(), settings.afterFree(), kthread(aioWorker())));
    this.dios = spawn("dio-memory", DioActor.create(settings.afterFree(), tracer));
    this.processes =
        spawn(
            "processes",
            ProcessTableActor.create(
                host, ContextActor.MAILBOX, new Guarded(console), LAST_KTHREAD_PID));
    this.aio = new Aio(host, spec.profile(), kioctxs);
    Readahead readahead = new Readahead(settings.raPages());
    Memory memory = new Memory(spec.profile(), spawn("mm", MmActor.create()), readahead);
    this.mmap = new Mmap(memory);
    PageWriteback writeback = new PageWriteback();
    Sync sync = new Sync(spec.profile(), writeback);
    ReadWrite readWrite = new ReadWrite(aio, sync);
    this.systemCalls =
        new SystemCalls.Table(
            new Open(spec.profile(), files::get, kioctxs),
            readWrite,
            aio,
            new MappedAccess(memory, mmap, sync, aio),
            settings.systemCall());
    this.kworkers = kworkers();
    this.iomapDios =
        spec.profile().fixed(Fix.IOMAP_DIO)
            ? spawn("iomap-dio-memory", IomapDioActor.create(settings.afterFree(), tracer))
            : null;
    this.fs = mount(writeback, readahead, sync);
    pdflush(writeback);
  }

  /** Boots a machine below the given actor; must be called by that actor. */
  public static Machine boot(ActorContext<?> actor, Spec spec, Tracer tracer, Console console) {
    return new Machine(actor, spec, tracer, console);
  }

  private <M> ActorRef<M> spawn(String name, Behavior<M> behavior) {
    return actor.spawn(behavior, name);
  }

  private Behavior<Lockdep.Command> lockdep(Console console) {
    return ObjectActor.of(
        new Lockdep(
            spec.profile().name().replace("linux-", ""),
            (context, trace, lines) ->
                console.report(Host.Report.LOCK_ORDER, context, trace, lines)));
  }

  /** The kernel thread that runs what fs/aio.c and fput leave to a worker. */
  private String aioWorker() {
    return spec.profile().fixed(Fix.AIO_PERCPU_REFS) ? "kworker/0:1" : "aio/0";
  }

  private List<ActorRef<ContextActor.Command>> interrupts() {
    List<ActorRef<ContextActor.Command>> irqs = new ArrayList<>();
    for (int cpu = 0; cpu < spec.settings().cpusWithInterrupts(); cpu++) {
      irqs.add(context(new Context(Context.Kind.INTERRUPT, "IRQ", cpu), "irq-" + cpu));
    }
    return irqs;
  }

  private ActorRef<ContextActor.Command> kthread(String comm) {
    Context context = new Context(Context.Kind.KTHREAD, comm, ++lastPid);
    return context(context, comm.replace('/', '-') + "-" + context.pid());
  }

  private ActorRef<ContextActor.Command> context(Context context, String name) {
    ActorRef<ContextActor.Command> ref =
        actor.spawn(ContextActor.create(host, context, null), name, ContextActor.MAILBOX);
    watchdog.tell(new Watchdog.Guard(context, ref));
    return ref;
  }

  private MountedFileSystem mount(PageWriteback writeback, Readahead readahead, Sync sync) {
    KernelProfile profile = spec.profile();
    Truncate truncate = new Truncate(profile);
    DirectIoOf4x later =
        kworkers == null ? null : directIoOf4x(kworkers, writeback, truncate, sync);
    FsWriteback fsWriteback = new FsWriteback(writeback);
    Filemap filemap =
        new Filemap(profile, tracer, aio, writeback, fsWriteback, truncate, readahead, sync);
    MountedFileSystem mounted =
        spec.fileSystem()
            .mount(
                new MountedFileSystem.Machine(
                    host,
                    profile,
                    new Children(),
                    new Disk(bdev),
                    spec.device().name(),
                    later == null ? directIo(writeback, truncate) : later.direct(),
                    filemap,
                    fsWriteback,
                    sync,
                    later == null ? null : later.iomap()));
    long ino = FIRST_INO;
    for (String name : spec.files()) {
      files.put(name, mounted.newInode(ino++));
    }
    return mounted;
  }

  private BlockdevDirectIo directIo(PageWriteback writeback, Truncate truncate) {
    return new DirectIo(
        spec.profile(),
        tracer,
        dios,
        bdev,
        spec.device(),
        aio,
        writeback::filemapWriteAndWaitRange,
        truncate::invalidateInodePages2Range);
  }

  /** Both kinds of direct I/O complete in the one workqueue of the superblock. */
  private record DirectIoOf4x(BlockdevDirectIo direct, @Nullable IomapDioRw iomap) {}

  private DirectIoOf4x directIoOf4x(
      ActorRef<WorkqueueActor.Command> pool,
      PageWriteback writeback,
      Truncate truncate,
      Sync sync) {
    KernelProfile profile = spec.profile();
    DioDoneWorkqueue workqueue =
        new DioDoneWorkqueue(
            spawn("super-block", SuperBlock.create(tracer)), pool, spec.device().name());
    StalePagecache stale =
        new StalePagecache(host, profile, spawn("direct-io-statics", StalePagecache.statics()));
    BlockdevDirectIo direct =
        new DoBlockdevDirectIo(
            profile,
            tracer,
            dios,
            bdev,
            spec.device(),
            aio,
            writeback::filemapWriteAndWaitRange,
            truncate::invalidateInodePages2Range,
            sync,
            workqueue,
            stale);
    IomapDioRw iomap =
        iomapDios == null
            ? null
            : new IomapDioRw(
                profile,
                tracer,
                iomapDios,
                bdev,
                spec.device(),
                aio,
                writeback::filemapWriteAndWaitRange,
                truncate::invalidateInodePages2Range,
                sync,
                workqueue,
                stale);
    return new DirectIoOf4x(direct, iomap);
  }

  private @Nullable ActorRef<WorkqueueActor.Command> kworkers() {
    if (!spec.profile().fixed(Fix.DIO_DONE_WORKQUEUE)) {
      return null;
    }
    return spawn(
        "kworkers",
        WorkqueueActor.create(
            host,
            FIRST_KWORKER_PID,
            (context, ref) -> watchdog.tell(new Watchdog.Guard(context, ref))));
  }

  private void pdflush(PageWriteback writeback) {
    KernelTimers timers = host.timers();
    KernelSettings settings = spec.settings();
    List<Inode> dirtied = new ArrayList<>(files.values());
    dirtied.add(fs.bdev());
    kthread("pdflush")
        .tell(
            new ContextActor.Run(
                new Pdflush(
                        writeback,
                        () -> dirtied,
                        timers.scaled(settings.dirtyWriteback()),
                        Math.max(
                            1,
                            settings.dirtyExpire().toNanos() / settings.dirtyWriteback().toNanos()))
                    .run()));
  }

  /** Init starts a program. */
  public void start(String comm, Function<SystemCalls, Step<Integer>> main) {
    TaskFiles resources = new TaskFiles(aio, systemCalls.open(), mmap, new Mm());
    Task<TaskFiles> task = new Task<>(host, processes, resources);
    processes.tell(
        new ProcessTableActor.Start<>(
            comm, task, t -> main.apply(new SystemCalls(host, systemCalls, t))));
  }

  /** Whether no process is left, of those that were started before this was asked. */
  public Step<Boolean> idle() {
    return ProcessTableActor.processes(processes).map(left -> left.isEmpty());
  }

  /** Kills every process, as a machine that goes down does. */
  public void killAll() {
    processes.tell(new ProcessTableActor.KillAll(Signals.SIGKILL));
  }

  /**
   * What keeps a machine from being at rest.
   *
   * @param reasons in words; empty once no process is left, no request under way, no lock held and
   *     all memory back
   * @param moving whether that can change by itself, because there are processes or requests
   */
  public record Unrest(List<String> reasons, boolean moving) {}

  /** Looks what keeps this machine from being at rest. */
  public Step<Unrest> unrest() {
    List<String> reasons = new ArrayList<>();
    boolean[] moving = {false};
    return ProcessTableActor.processes(processes)
        .map(
            left -> {
              moving[0] = !left.isEmpty();
              return note(reasons, left.isEmpty(), "processes " + left);
            })
        .then(() -> KioctxActor.inUse(kioctxs))
        .map(inUse -> note(reasons, inUse.nothing(), "AIO memory " + inUse))
        .then(() -> DioActor.live(dios))
        .map(live -> note(reasons, live == 0, live + " struct dio"))
        .then(() -> iomapDios == null ? Step.done(0) : IomapDioActor.live(iomapDios))
        .map(live -> note(reasons, live == 0, live + " struct iomap_dio"))
        .then(() -> BlockDeviceActor.atRest(bdev))
        .map(
            rest -> {
              moving[0] |= !rest;
              return note(reasons, rest, "block requests");
            })
        .then(() -> workqueueUnrest(reasons))
        .then(() -> Step.forEach(files.values(), inode -> inodeUnrest(inode, reasons)))
        .then(() -> Step.done(new Unrest(reasons, moving[0])));
  }

  /** The one workqueue of the superblock lives as long as it. */
  private Step<Done> workqueueUnrest(List<String> reasons) {
    return kworkers == null
        ? Step.done()
        : WorkqueueActor.state(kworkers)
            .map(
                state -> {
                  note(reasons, state.idle(), "work in a workqueue");
                  return note(reasons, state.queues() <= 1, state.queues() + " workqueues");
                });
  }

  private static Step<Done> inodeUnrest(Inode inode, List<String> reasons) {
    return InodeActor.atRest(inode)
        .map(
            rest ->
                note(
                    reasons,
                    rest,
                    "i_mutex, i_rwsem, i_alloc_sem or i_dio_count of " + inode.label()))
        .then(() -> AddressSpaceActor.atRest(inode.mapping()))
        .map(rest -> note(reasons, rest, "page or buffer locks of " + inode.label()));
  }

  /**
   * Traces what the cache holds of each file, and the device: for who looks at a machine that has
   * come to rest.
   */
  public Step<Done> showCaches() {
    return new CacheView(tracer, fs, bdev).show(files.values());
  }

  private static Done note(List<String> reasons, boolean atRest, String reason) {
    if (!atRest) {
      reasons.add(reason);
    }
    return Done.DONE;
  }

  /** Runs a step of the miniature's own in a context of its own. */
  public void observe(Step<?> step) {
    kthread("observer").tell(new ContextActor.Run(step));
  }

  private final class Children implements Spawner {
    @Override
    public <M> ActorRef<M> object(String name, Behavior<M> behavior) {
      return spawn(name, behavior);
    }

    @Override
    public ActorRef<ContextActor.Command> kthread(String comm) {
      return Machine.this.kthread(comm);
    }
  }

  private record Disk(ActorRef<BlockDeviceActor.Command> bdev) implements BlockLayer {
    @Override
    public Step<Done> submitBio(Bio bio) {
      return BlockDeviceActor.submitBio(bdev, bio);
    }

    @Override
    public Step<Done> unplug() {
      return BlockDeviceActor.unplug(bdev);
    }

    @Override
    public Step<Done> issueFlush() {
      return BlockDeviceActor.issueFlush(bdev);
    }
  }

  /** Processes come and go; the watchdog looks after those that are there. */
  private final class Guarded implements ProcessTableActor.Watcher {
    private final Console console;
    private int running;

    Guarded(Console console) {
      this.console = console;
    }

    @Override
    public void started(Context context, ActorRef<ContextActor.Command> ref) {
      running++;
      watchdog.tell(new Watchdog.Guard(context, ref));
    }

    @Override
    public void exited(Context context, ExitStatus status) {
      watchdog.tell(new Watchdog.Forget(context));
      if (--running == 0) {
        console.idle();
      }
    }

    @Override
    public void reaped(Context context) {}
  }
}
