package diorama.process.script;

import diorama.kernel.sched.Step;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call about processes, signals or time. */
public sealed interface ProcessCall extends Call {
  /**
   * fork(2), or clone(2) of a thread, which shares its parent's memory and so its contexts.
   *
   * @param pid the child, as its parent knows it
   * @param thread whether it is clone
   * @param child what it does
   */
  record Fork(Ref pid, boolean thread, ScriptProcess child) implements ProcessCall {
    @Override
    public String name() {
      return thread ? "clone" : "fork";
    }

    /** Only a listing knows the child's number. */
    @Override
    public String arguments() {
      return Listing.quoted(child.comm());
    }

    @Override
    public Ref result() {
      return pid;
    }

    /** The same with another child. */
    Fork with(ScriptProcess other) {
      return new Fork(pid, thread, other);
    }

    /** The child's own calls stay as they are. */
    @Override
    public Fork resolved(Scope scope) {
      return new Fork(scope.make(pid), thread, child);
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.fork(this);
    }
  }

  /**
   * waitpid(2).
   *
   * @param child null for any
   */
  record Waitpid(@Nullable Ref child) implements ProcessCall {
    @Override
    public String name() {
      return "waitpid";
    }

    @Override
    public String arguments() {
      return child == null ? "-1" : child.name();
    }

    @Override
    public boolean setsUp() {
      return true;
    }

    @Override
    public @Nullable Waitpid resolved(Scope scope) {
      Ref found = child == null ? null : scope.find(child);
      return child != null && found == null ? null : new Waitpid(found);
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.waitpid(child);
    }
  }

  /** kill(2). */
  record Kill(Ref child, int signal) implements ProcessCall {
    @Override
    public String name() {
      return "kill";
    }

    @Override
    public String arguments() {
      return child + ", " + Listing.signal(signal);
    }

    @Override
    public @Nullable Kill resolved(Scope scope) {
      Ref found = scope.find(child);
      return found == null ? null : new Kill(found, signal);
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().kill(variables.child(child), signal);
    }
  }

  /** sigaction(2) with a handler that does nothing: the signal interrupts and does not kill. */
  record Sigaction(int signal) implements ProcessCall {
    @Override
    public String name() {
      return "sigaction";
    }

    @Override
    public String arguments() {
      return Listing.signal(signal);
    }

    @Override
    public Sigaction resolved(Scope scope) {
      return this;
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().sigaction(signal, () -> {});
    }
  }

  /** alarm(2), in seconds that are not scaled. */
  record Alarm(int seconds) implements ProcessCall {
    @Override
    public String name() {
      return "alarm";
    }

    @Override
    public String arguments() {
      return String.valueOf(seconds);
    }

    @Override
    public Alarm resolved(Scope scope) {
      return this;
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().alarm(seconds);
    }
  }

  /** setitimer(2) of ITIMER_REAL, once, not scaled. */
  record Setitimer(Duration interval) implements ProcessCall {
    @Override
    public String name() {
      return "setitimer";
    }

    @Override
    public String arguments() {
      return Listing.time(interval);
    }

    @Override
    public Setitimer resolved(Scope scope) {
      return this;
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().setitimer(interval);
    }
  }

  /** nanosleep(2), not scaled. */
  record Nanosleep(Duration time) implements ProcessCall {
    @Override
    public String name() {
      return "nanosleep";
    }

    @Override
    public String arguments() {
      return Listing.time(time);
    }

    @Override
    public Nanosleep resolved(Scope scope) {
      return this;
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().nanosleep(time);
    }
  }

  /** exit(3): the process ends here. */
  record Exit(int code) implements ProcessCall {
    @Override
    public String name() {
      return "exit";
    }

    @Override
    public String arguments() {
      return String.valueOf(code);
    }

    @Override
    public boolean setsUp() {
      return true;
    }

    @Override
    public Exit resolved(Scope scope) {
      return this;
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().exit(code);
    }
  }
}
