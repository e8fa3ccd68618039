package diorama.kernel.sched;

import static diorama.kernel.sched.Step.call;
import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.delay;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.interruptibleCall;
import static diorama.kernel.sched.Step.loop;
import static diorama.kernel.sched.Step.when;

import akka.actor.typed.ActorRef;
import diorama.kernel.sched.ProcessTableActor.Command;
import java.time.Duration;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One process in kernel mode: kernel/fork.c, exit.c, signal.c and the way in and out of a system
 * call, as far as the process itself runs them.
 *
 * @param <R> what the process owns
 */
public final class Task<R extends ProcessResources> {
  private final Host host;
  private final ActorRef<Command> table;
  private final R resources;
  private final TreeMap<Integer, Runnable> handlers = new TreeMap<>();
  private boolean exiting;

  /** A process that is not in the table yet. */
  public Task(Host host, ActorRef<Command> table, R resources) {
    this.host = host;
    this.table = table;
    this.resources = resources;
  }

  /** What it owns. */
  public R resources() {
    return resources;
  }

  /**
   * A system call: into the kernel, and back to user mode, where signals that came meanwhile are
   * handled.
   */
  public <T> Step<T> systemCall(Supplier<? extends Step<T>> body) {
    return Step.<T>function("syscall_call", body).then(this::resumeUserspace);
  }

  private <T> Step<T> resumeUserspace(T result) {
    return current(
        c -> c.pendingSignal() == 0 ? done(result) : doSignal().then(() -> done(result)));
  }

  /**
   * {@code do_signal}, arch/i386/kernel/signal.c (2.6.20): runs the handlers of the pending
   * signals; one that is not caught ends the process.
   */
  private Step<Done> doSignal() {
    return function("do_signal", () -> loop(() -> current(this::handleSignal)));
  }

  private Step<Boolean> handleSignal(Context current) {
    int signal = current.dequeueSignal();
    Runnable handler = handlers.get(signal);
    if (signal == 0) {
      return done(false);
    }
    if (handler == null) {
      return doGroupExit(ExitStatus.killed(signal));
    }
    handler.run();
    return done(true);
  }

  /**
   * {@code do_fork}, kernel/fork.c:1350 (2.6.20): a new process that runs main and exits with its
   * result. Returns the child's pid or a negative errno.
   *
   * @param childResources what the child owns: copies, or with share the parent's own
   * @param share {@code CLONE_VM | CLONE_FILES}: the child is a thread
   */
  public Step<Long> doFork(
      String comm, R childResources, boolean share, Function<Task<R>, Step<Integer>> main) {
    return function(
        "do_fork",
        () -> {
          Task<R> child = new Task<>(host, table, childResources);
          child.handlers.putAll(handlers);
          return copyProcess(comm, share, child)
              .then(
                  pid ->
                      when(pid > 0, () -> wakeUpNewTask(pid.intValue(), child.retFromFork(main)))
                          .then(() -> done(pid)));
        });
  }

  private Step<Long> copyProcess(String comm, boolean share, Task<R> child) {
    return function(
        "copy_process",
        () ->
            call(table, c -> new ProcessTableActor.CopyProcess(c, comm, share, child::afterOops)));
  }

  private Step<Done> wakeUpNewTask(int pid, Step<?> work) {
    return call(table, c -> new ProcessTableActor.WakeUpNewTask(c, pid, work));
  }

  /** {@code ret_from_fork}: the child's life, from the moment a CPU is free for it. */
  Step<Done> retFromFork(Function<Task<R>, Step<Integer>> main) {
    return current(c -> delay(host.wakeup().draw(host.chance("fork " + c))))
        .then(() -> main.apply(this))
        .then(code -> systemCall(() -> sysExitGroup(code)));
  }

  /**
   * {@code sys_wait4}, kernel/exit.c:1636 (2.6.20): waits for a child to end and reaps it. Returns
   * -ECHILD without children, -EINTR when a signal came first.
   *
   * @param pid which child, or -1 for any
   */
  public Step<WaitResult> sysWait4(int pid) {
    return function("sys_wait4", () -> function("do_wait", () -> doWait(pid)));
  }

  private Step<WaitResult> doWait(int pid) {
    return Step.<Command, WaitResult>interruptibleCall(
            table,
            c -> new ProcessTableActor.DoWait(c, pid),
            c -> new ProcessTableActor.InterruptWait(c))
        .then(r -> r.equals(WaitResult.LOOK_AGAIN) ? doWait(pid) : done(r));
  }

  /** {@code sys_kill}, kernel/signal.c:2234 (2.6.20). Returns 0 or -ESRCH. */
  public Step<Long> sysKill(int pid, int signal) {
    return function("sys_kill", () -> call(table, c -> new ProcessTableActor.Kill(c, pid, signal)));
  }

  /**
   * {@code sys_alarm}, kernel/timer.c:1220 (2.6.20): SIGALRM after that many seconds, 0 for never;
   * not scaled, as what a program waits for on its own account is not. Returns 0, not what was left
   * of an earlier alarm.
   */
  public Step<Long> sysAlarm(int seconds) {
    return function("sys_alarm", () -> armTimer(Duration.ofSeconds(seconds)));
  }

  /**
   * {@code sys_setitimer(ITIMER_REAL)}, kernel/itimer.c (2.6.20): SIGALRM once after an interval
   * that is not scaled, zero for never. Returns 0.
   */
  public Step<Long> sysSetitimer(Duration interval) {
    return function("sys_setitimer", () -> armTimer(interval));
  }

  private Step<Long> armTimer(Duration interval) {
    long nanos = interval.toNanos();
    return function(
            "sys_alarm",
            () -> call(table, (Caller<Done> c) -> new ProcessTableActor.Alarm(c, nanos)))
        .map(x -> 0L);
  }

  /**
   * {@code sys_nanosleep}, kernel/hrtimer.c (2.6.20): sleeps for a time that is not scaled, as what
   * a program does between two requests is not. Returns 0 or -EINTR.
   */
  public Step<Long> sysNanosleep(long nanos) {
    return function(
        "sys_nanosleep",
        () ->
            interruptibleCall(
                table,
                c -> new ProcessTableActor.Nanosleep(c, nanos),
                ProcessTableActor.InterruptSleep::new));
  }

  /** {@code sys_rt_sigaction}: a handler for a signal; SIGKILL cannot have one. */
  public Step<Done> sysRtSigaction(int signal, Runnable handler) {
    return function(
        "sys_rt_sigaction",
        () -> {
          if (signal != Signals.SIGKILL) {
            handlers.put(signal, handler);
          }
          return done();
        });
  }

  /** {@code sys_exit_group}, kernel/exit.c (2.6.20). Never returns. */
  public <T> Step<T> sysExitGroup(int code) {
    return function("sys_exit_group", () -> doGroupExit(ExitStatus.exited(code)));
  }

  private <T> Step<T> doGroupExit(ExitStatus status) {
    return function("do_group_exit", () -> doExit(status));
  }

  /**
   * {@code do_exit}, kernel/exit.c:853 (2.6.20): waits for the asynchronous requests of the
   * process, closes its files, tells its parent. Never returns.
   */
  private <T> Step<T> doExit(ExitStatus status) {
    return function(
        "do_exit",
        () -> {
          exiting = true;
          return exitMm().then(this::exitFiles).then(() -> exitNotify(status));
        });
  }

  private Step<Done> exitMm() {
    return function(
        "exit_mm",
        () ->
            function(
                "mmput",
                () ->
                    call(table, ProcessTableActor.Mmput::new)
                        .then(
                            last ->
                                when(last, () -> resources.exitAio().then(resources::exitMmap)))));
  }

  private Step<Done> exitFiles() {
    return function(
        "put_files_struct",
        () ->
            call(table, ProcessTableActor.PutFilesStruct::new)
                .then(last -> when(last, resources::closeFiles)));
  }

  @SuppressWarnings("unchecked")
  private <T> Step<T> exitNotify(ExitStatus status) {
    return (Step<T>)
        Step.<Command, Done>interruptibleCall(
            table,
            c -> new ProcessTableActor.ExitNotify(c, status),
            ProcessTableActor.SleepForEver::new);
  }

  /**
   * What a process that was killed by an oops still runs: {@code die} ends in {@code
   * do_exit(SIGSEGV)}. Locks that it holds stay held. A second oops on that way leaves it asleep
   * for ever.
   */
  Step<?> afterOops(Oops oops) {
    if (!exiting) {
      return function("die", () -> doExit(ExitStatus.killed(Signals.SIGSEGV)));
    }
    return function(
        "do_exit",
        () ->
            current(
                c -> {
                  host.printk(c, "Fixing recursive fault but reboot is needed!");
                  return Step.<Command, Done>sleepingCall(
                      table, ProcessTableActor.SleepForEver::new);
                }));
  }
}
