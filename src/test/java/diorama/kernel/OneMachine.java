package diorama.kernel;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import diorama.Deadline;
import diorama.config.Profiles;
import diorama.config.ProjectFiles;
import diorama.config.Settings;
import diorama.engine.natural.NaturalEngine;
import diorama.kernel.block.DeviceFaults;
import diorama.kernel.block.Devices;
import diorama.kernel.fs.MountedFileSystem;
import diorama.kernel.fs.ext3.DataMode;
import diorama.kernel.fs.ext3.Ext3Options;
import diorama.kernel.fs.ext4.Ext4Options;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** A whole machine in the natural engine, with one empty file and the programs of a test. */
public final class OneMachine implements Machine.Console, AutoCloseable {
  public static final String FILE = "file";

  /** Another file. */
  public static final String SOURCE = "source";

  private static final KernelSettings SETTINGS = patient(KernelSettings.DEFAULT);

  final KernelProfile profile;

  /** What the machine complained of, and the defects of Diorama itself. */
  public final List<String> complaints = new CopyOnWriteArrayList<>();

  /** The kernel log. */
  public final List<String> log = new CopyOnWriteArrayList<>();

  private final ActorTestKit kit =
      ActorTestKit.create(NaturalEngine.config(Settings.defaults().engine()));
  private final ActorRef<Consumer<Machine>> machine;

  public OneMachine(String kernel, DataMode dataMode) {
    this(kernel, dataMode, Tracer.NONE);
  }

  OneMachine(String kernel, DataMode dataMode, Tracer tracer) {
    this(kernel, ext3(dataMode), tracer);
  }

  /** A machine with another file system. */
  public OneMachine(String kernel, MountedFileSystem.Options fileSystem, Tracer tracer) {
    profile = new Profiles(ProjectFiles.library()).find(kernel).kernel();
    Machine.Spec spec =
        new Machine.Spec(
            profile,
            SETTINGS,
            Devices.flash(),
            fileSystem,
            List.of(FILE, SOURCE),
            DeviceFaults.NONE,
            1);
    machine = kit.spawn(boot(spec, tracer));
  }

  private static Ext3Options ext3(DataMode dataMode) {
    Ext3Options defaults = Ext3Options.DEFAULTS;
    return new Ext3Options(
        dataMode,
        defaults.commitInterval(),
        defaults.barrier(),
        defaults.blockSize(),
        defaults.journalBlocks(),
        defaults.deviceBlocks());
  }

  /** ext4 as a scenario has it. */
  public static Ext4Options ext4(DataMode dataMode) {
    return new Ext4Options(dataMode, Duration.ofSeconds(5), false, 4096, 8192, 262_144);
  }

  /** A computer that stood still for some seconds must not be taken for a kernel that hangs. */
  private static KernelSettings patient(KernelSettings s) {
    return new KernelSettings(
        s.timeScale(),
        s.afterFree(),
        s.cpusWithInterrupts(),
        s.wakeup(),
        s.systemCall(),
        s.hungTask(),
        Duration.ofMinutes(2),
        s.softLockup(),
        s.dirtyWriteback(),
        s.dirtyExpire(),
        s.raPages());
  }

  private Behavior<Consumer<Machine>> boot(Machine.Spec spec, Tracer tracer) {
    return Behaviors.setup(
        actor -> {
          Machine booted = Machine.boot(actor, spec, tracer, this);
          return Behaviors.receiveMessage(
              message -> {
                message.accept(booted);
                return Behaviors.same();
              });
        });
  }

  /** Runs a program to its end and gives what it found out. */
  public <T> T run(Function<SystemCalls, Step<T>> program) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    machine.tell(m -> m.start("program", calls -> program.apply(calls).map(t -> exit(result, t))));
    try {
      return result.get(Deadline.SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the program did not end; complaints: " + complaints, e);
    }
  }

  private static <T> int exit(CompletableFuture<T> result, T value) {
    result.complete(value);
    return 0;
  }

  /** What keeps the machine from being at rest at this moment. */
  public List<String> unrest() throws Exception {
    CompletableFuture<List<String>> result = new CompletableFuture<>();
    machine.tell(
        m ->
            m.observe(
                m.unrest()
                    .map(
                        unrest -> {
                          result.complete(unrest.reasons());
                          return Done.DONE;
                        })));
    return result.get(Deadline.SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void printk(String line) {
    log.add(line);
  }

  @Override
  public void report(Host.Report kind, Context context, List<String> trace, List<String> lines) {
    complaints.add(kind + " in " + context + ": " + lines);
  }

  @Override
  public void idle() {}

  @Override
  public void defect(String where, Throwable cause) {
    complaints.add("defect in " + where + ": " + cause);
  }

  @Override
  public void close() {
    ActorTestKit.shutdown(kit.system(), Deadline.DURATION);
  }
}
