package diorama.kernel.sched;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import java.util.List;
import java.util.function.Function;

/**
 * The actor of a {@link ProcessTable}: its protocol, and the parent of every process's context.
 *
 * <p>What a process calls is made into steps by {@link Task}.
 */
public final class ProcessTableActor {
  private ProcessTableActor() {}

  /** Who wants to know of processes that come and go: the machine, for its watchdogs. */
  public interface Watcher {
    /** A process was made. */
    void started(Context context, ActorRef<ContextActor.Command> actor);

    /** A process ended. */
    void exited(Context context, ExitStatus status);

    /** A process was reaped: its context is gone. */
    void reaped(Context context);
  }

  /**
   * A table whose processes are its children.
   *
   * @param props dispatcher and mailbox of the contexts
   * @param lastPid pids are given from the next number on
   */
  public static Behavior<Command> create(Host host, Props props, Watcher watcher, int lastPid) {
    return Behaviors.setup(
        actor ->
            ObjectActor.of(new ProcessTable(new Children(actor, host, props, watcher), lastPid)));
  }

  private record Children(ActorContext<Command> actor, Host host, Props props, Watcher watcher)
      implements ProcessTable.Threads {
    @Override
    public ActorRef<ContextActor.Command> spawn(
        Context context, Function<Oops, Step<?>> afterOops) {
      ActorRef<ContextActor.Command> child =
          actor.spawn(
              ContextActor.create(host, context, afterOops), "process-" + context.pid(), props);
      watcher.started(context, child);
      return child;
    }

    @Override
    public void exited(Context context, ExitStatus status) {
      watcher.exited(context, status);
    }

    @Override
    public void stop(Context context, ActorRef<ContextActor.Command> child) {
      actor.stop(child);
      watcher.reaped(context);
    }

    @Override
    public Cancellable after(long nanos, Command message) {
      return host.timers().after(actor, nanos, actor.getSelf(), message);
    }
  }

  /** What the table is asked: each is one section under tasklist_lock or one atomic operation. */
  public sealed interface Command extends Request<ProcessTable> {}

  /**
   * Init starts a program; sent by the machine, which is no context and gets no answer.
   *
   * @param process the state that the process takes along
   * @param main what it runs; the result is its exit code
   */
  public record Start<R extends ProcessResources>(
      String comm, Task<R> process, Function<Task<R>, Step<Integer>> main) implements Command {
    @Override
    public void execute(ProcessTable table) {
      int pid = table.start(comm, process::afterOops);
      table.wakeUpNewTask(pid, process.retFromFork(main));
    }
  }

  /** Signals every process but init, as a machine that goes down does. */
  public record KillAll(int signal) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.killAll(signal);
    }
  }

  record CopyProcess(
      Caller<Long> caller, String comm, boolean share, Function<Oops, Step<?>> afterOops)
      implements Command {
    @Override
    public void execute(ProcessTable table) {
      caller.answer(table.copyProcess(caller.context().pid(), comm, share, afterOops));
    }
  }

  record WakeUpNewTask(Caller<Done> caller, int pid, Step<?> work) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.wakeUpNewTask(pid, work);
      caller.answer(Done.DONE);
    }
  }

  record Mmput(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(ProcessTable table) {
      caller.answer(table.mmput(caller.context().pid()));
    }
  }

  record PutFilesStruct(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(ProcessTable table) {
      caller.answer(table.putFilesStruct(caller.context().pid()));
    }
  }

  /** The caller is never answered: a zombie does not run. */
  record ExitNotify(Caller<Done> caller, ExitStatus status) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.exitNotify(caller.context().pid(), status);
    }
  }

  /** Sleeps in D state for ever, and leaves the table alone. */
  record SleepForEver(Caller<Done> caller) implements Command {
    @Override
    public void execute(ProcessTable table) {}
  }

  record DoWait(Caller<WaitResult> caller, int pid) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.doWait(caller, pid);
    }
  }

  record InterruptWait(Caller<WaitResult> caller) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.interruptWait(caller.context().pid());
    }
  }

  record Kill(Caller<Long> caller, int pid, int signal) implements Command {
    @Override
    public void execute(ProcessTable table) {
      caller.answer(table.kill(pid, signal));
    }
  }

  record Alarm(Caller<Done> caller, long nanos) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.alarm(caller.context().pid(), nanos);
      caller.answer(Done.DONE);
    }
  }

  record AlarmFires(int pid, long number) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.alarmFires(pid, number);
    }
  }

  record Nanosleep(Caller<Long> caller, long nanos) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.nanosleep(caller, nanos);
    }
  }

  record SleepEnds(int pid, long number) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.sleepEnds(pid, number);
    }
  }

  record InterruptSleep(Caller<Long> caller) implements Command {
    @Override
    public void execute(ProcessTable table) {
      table.interruptSleep(caller.context().pid());
    }
  }

  record Processes(Caller<List<String>> caller) implements Command {
    @Override
    public void execute(ProcessTable table) {
      caller.answer(table.processes());
    }
  }

  /** The processes that have not been reaped: none when a machine has come to rest. */
  public static Step<List<String>> processes(ActorRef<Command> table) {
    return Step.call(table, Processes::new);
  }
}
