package diorama.kernel.sched;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a machine: what tasklist_lock guards, of kernel/pid.c, fork.c, exit.c and
 * signal.c.
 *
 * <p>Init is not a process here: a process whose parent is gone belongs to init, which reaps its
 * children as soon as they end.
 */
public final class ProcessTable {
  private static final int PID_MAX = 32_768;
  private static final int RESERVED_PIDS = 300;
  private static final int TASK_COMM_LEN = 15;
  private static final int INIT = 1;

  /** What the table asks of the machine around it. */
  public interface Threads {
    /** Makes the context of a new process, which runs nothing yet. */
    ActorRef<ContextActor.Command> spawn(Context context, Function<Oops, Step<?>> afterOops);

    /** A process ended; its parent may not have seen it yet. */
    void exited(Context context, ExitStatus status);

    /** A process was reaped: its context never runs again. */
    void stop(Context context, ActorRef<ContextActor.Command> actor);

    /** Sends the table a message later: a kernel timer, in nanoseconds that are not scaled. */
    Cancellable after(long nanos, ProcessTableActor.Command message);
  }

  /** The part of {@code struct mm_struct} and {@code struct files_struct} that threads count. */
  private static final class Shared {
    int mmUsers = 1;
    int filesCount = 1;
  }

  /** {@code struct task_struct}, as the others see it. */
  private static final class Entry {
    final Context context;
    final ActorRef<ContextActor.Command> actor;
    final Shared shared;
    int parent;
    @Nullable ExitStatus exitStatus;
    boolean killed;
    @Nullable Caller<WaitResult> waitChldexit;
    @Nullable Timer alarm;
    @Nullable Timer sleep;
    @Nullable Caller<Long> sleeper;

    Entry(Context context, ActorRef<ContextActor.Command> actor, Shared shared, int parent) {
      this.context = context;
      this.actor = actor;
      this.shared = shared;
      this.parent = parent;
    }

    boolean zombie() {
      return exitStatus != null;
    }
  }

  private record Timer(long number, Cancellable timer) {}

  private final Threads threads;
  private final TreeMap<Integer, Entry> tasks = new TreeMap<>();
  private int lastPid;
  private long timers;

  /**
   * A table without processes.
   *
   * @param lastPid pids are given from the next number on
   */
  public ProcessTable(Threads threads, int lastPid) {
    this.threads = threads;
    this.lastPid = lastPid;
  }

  private int allocPid() {
    do {
      lastPid = lastPid + 1 >= PID_MAX ? RESERVED_PIDS : lastPid + 1;
    } while (tasks.containsKey(lastPid));
    return lastPid;
  }

  /** A process that init starts: its pid. */
  int start(String comm, Function<Oops, Step<?>> afterOops) {
    return add(comm, INIT, new Shared(), afterOops);
  }

  /**
   * The end of {@code copy_process}: the child is in the table and has not run.
   *
   * @param share whether it is a thread of its parent: {@code CLONE_VM | CLONE_FILES}
   * @return the child's pid, or -EINTR where a killed parent returns to user mode to die
   */
  long copyProcess(int parent, String comm, boolean share, Function<Oops, Step<?>> afterOops) {
    Entry current = task(parent);
    if (current.killed) {
      return -Errno.EINTR;
    }
    if (tasks.size() >= PID_MAX - RESERVED_PIDS) {
      return -Errno.EAGAIN;
    }
    if (share) {
      current.shared.mmUsers++;
      current.shared.filesCount++;
    }
    return add(comm, parent, share ? current.shared : new Shared(), afterOops);
  }

  private int add(String comm, int parent, Shared shared, Function<Oops, Step<?>> afterOops) {
    int pid = allocPid();
    String cut = comm.length() > TASK_COMM_LEN ? comm.substring(0, TASK_COMM_LEN) : comm;
    Context context = new Context(Context.Kind.PROCESS, cut, pid);
    tasks.put(pid, new Entry(context, threads.spawn(context, afterOops), shared, parent));
    return pid;
  }

  /** {@code wake_up_new_task}. */
  void wakeUpNewTask(int pid, Step<?> work) {
    task(pid).actor.tell(new ContextActor.Run(work));
  }

  /** {@code atomic_dec_and_test(&mm->mm_users)}: whether the last user of the memory is gone. */
  boolean mmput(int pid) {
    return --task(pid).shared.mmUsers == 0;
  }

  /** {@code atomic_dec_and_test(&files->count)}. */
  boolean putFilesStruct(int pid) {
    return --task(pid).shared.filesCount == 0;
  }

  /**
   * {@code exit_notify}: the process becomes a zombie, its children belong to init, its parent
   * hears of it. The caller is never answered.
   */
  void exitNotify(int pid, ExitStatus status) {
    Entry current = task(pid);
    current.exitStatus = status;
    current.alarm = cancel(current.alarm);
    threads.exited(current.context, status);
    forgetOriginalParent(pid);
    Entry parent = tasks.get(current.parent);
    if (parent == null || parent.zombie()) {
      releaseTask(current);
    } else if (parent.waitChldexit != null) {
      Caller<WaitResult> sleeper = parent.waitChldexit;
      parent.waitChldexit = null;
      sleeper.wake(WaitResult.LOOK_AGAIN);
    }
  }

  private void forgetOriginalParent(int pid) {
    for (Entry child : childrenOf(pid)) {
      child.parent = INIT;
      if (child.zombie()) {
        releaseTask(child);
      }
    }
  }

  private void releaseTask(Entry task) {
    tasks.remove(task.context.pid());
    threads.stop(task.context, task.actor);
  }

  /**
   * One round of {@code do_wait}: answers with a child that ended, with -ECHILD when there is none
   * to wait for, and else puts the caller to sleep on wait_chldexit.
   *
   * @param pid which child, or -1 for any
   */
  void doWait(Caller<WaitResult> caller, int pid) {
    int self = caller.context().pid();
    boolean eligible = false;
    for (Entry child : childrenOf(self)) {
      if (pid != -1 && pid != child.context.pid()) {
        continue;
      }
      eligible = true;
      ExitStatus status = child.exitStatus;
      if (status != null) {
        releaseTask(child);
        caller.answer(new WaitResult(child.context.pid(), status));
        return;
      }
    }
    if (eligible) {
      task(self).waitChldexit = caller;
    } else {
      caller.answer(WaitResult.NO_CHILD);
    }
  }

  /** A signal came while the caller may sleep in {@link #doWait}. */
  void interruptWait(int pid) {
    Entry current = tasks.get(pid);
    if (current != null && current.waitChldexit != null) {
      Caller<WaitResult> sleeper = current.waitChldexit;
      current.waitChldexit = null;
      sleeper.wake(WaitResult.INTERRUPTED);
    }
  }

  private List<Entry> childrenOf(int pid) {
    List<Entry> children = new ArrayList<>();
    for (Entry task : tasks.values()) {
      if (task.parent == pid) {
        children.add(task);
      }
    }
    return children;
  }

  /** {@code kill_proc_info}: 0 or -ESRCH. A zombie takes the signal without a word. */
  long kill(int pid, int signal) {
    Entry target = tasks.get(pid);
    if (target == null) {
      return -Errno.ESRCH;
    }
    send(target, signal);
    return 0;
  }

  /** {@code kill(-1, signal)}: every process but init. */
  void killAll(int signal) {
    for (Entry task : tasks.values()) {
      send(task, signal);
    }
  }

  private void send(Entry target, int signal) {
    if (signal != 0 && !target.zombie()) {
      target.killed |= signal == Signals.SIGKILL;
      target.actor.tell(new ContextActor.Signal(signal));
    }
  }

  /** {@code it_real_fn} armed by alarm(2); 0 nanoseconds only take an armed alarm back. */
  void alarm(int pid, long nanos) {
    Entry current = task(pid);
    current.alarm = cancel(current.alarm);
    if (nanos > 0) {
      current.alarm = arm(number -> new ProcessTableActor.AlarmFires(pid, number), nanos);
    }
  }

  /** The alarm's timer interrupt. */
  void alarmFires(int pid, long number) {
    Entry target = tasks.get(pid);
    if (target != null && target.alarm != null && target.alarm.number == number) {
      target.alarm = null;
      send(target, Signals.SIGALRM);
    }
  }

  /** {@code hrtimer_nanosleep}: the caller sleeps until the timer or a signal wakes it. */
  void nanosleep(Caller<Long> caller, long nanos) {
    int pid = caller.context().pid();
    Entry current = task(pid);
    current.sleeper = caller;
    current.sleep = arm(number -> new ProcessTableActor.SleepEnds(pid, number), nanos);
  }

  /** The sleeper's timer interrupt. */
  void sleepEnds(int pid, long number) {
    Entry target = tasks.get(pid);
    if (target != null && target.sleep != null && target.sleep.number == number) {
      endSleep(target, 0);
    }
  }

  /** A signal came while the caller may sleep in {@link #nanosleep}. */
  void interruptSleep(int pid) {
    Entry target = tasks.get(pid);
    if (target != null) {
      endSleep(target, -Errno.EINTR);
    }
  }

  private void endSleep(Entry target, long result) {
    Caller<Long> sleeper = target.sleeper;
    target.sleep = cancel(target.sleep);
    target.sleeper = null;
    if (sleeper != null) {
      sleeper.wake(result);
    }
  }

  private Timer arm(Function<Long, ProcessTableActor.Command> message, long nanos) {
    long number = ++timers;
    return new Timer(number, threads.after(nanos, message.apply(number)));
  }

  private static @Nullable Timer cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.timer.cancel();
    }
    return null;
  }

  private Entry task(int pid) {
    Entry task = tasks.get(pid);
    if (task == null) {
      throw new IllegalStateException("no process has the pid " + pid);
    }
    return task;
  }

  /** The processes that have not been reaped, as {@code ps} would list them. */
  List<String> processes() {
    List<String> lines = new ArrayList<>();
    for (Entry task : tasks.values()) {
      lines.add(task.context + (task.zombie() ? " <defunct>" : ""));
    }
    return lines;
  }
}
