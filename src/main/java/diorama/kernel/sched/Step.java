package diorama.kernel.sched;

import akka.actor.typed.ActorRef;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a context does next: a value that describes kernel code up to its result.
 *
 * <p>Kernel functions are compositions of steps, so that their Java reads from top to bottom as the
 * C does. A step does nothing until {@link Thread} runs it. {@link #call} is the only step that
 * leaves the context: it sends one request to one object and goes on with the answer; anything may
 * run in between.
 *
 * @param <T> the result; {@link Done} where C has {@code void}
 */
public abstract sealed class Step<T> {
  private Step() {}

  /** How a call waits for its answer. */
  public enum Waiting {
    /** An atomic operation or a spinlock section: never sleeps, allowed in interrupt. */
    SPINNING,
    /** {@code TASK_UNINTERRUPTIBLE}: may sleep, not allowed in interrupt, D state. */
    UNINTERRUPTIBLE,
    /** {@code TASK_INTERRUPTIBLE}: may sleep; a signal ends it if the object offers a way. */
    INTERRUPTIBLE
  }

  static final class Value<T> extends Step<T> {
    static final Step<Done> DONE = new Value<>(Done.DONE);

    final T value;

    Value(T value) {
      this.value = value;
    }
  }

  static final class Call<M, T> extends Step<T> {
    final ActorRef<? super M> object;
    final Function<Caller<T>, M> request;
    final Waiting waiting;
    final @Nullable LockClass acquires;
    final @Nullable LockClass releases;
    final @Nullable Function<Caller<T>, M> cancel;

    Call(
        ActorRef<? super M> object,
        Function<Caller<T>, M> request,
        Waiting waiting,
        @Nullable LockClass acquires,
        @Nullable LockClass releases,
        @Nullable Function<Caller<T>, M> cancel) {
      this.object = object;
      this.request = request;
      this.waiting = waiting;
      this.acquires = acquires;
      this.releases = releases;
      this.cancel = cancel;
    }
  }

  static final class Then<A, T> extends Step<T> {
    final Step<A> first;
    final Function<? super A, ? extends Step<T>> next;

    Then(Step<A> first, Function<? super A, ? extends Step<T>> next) {
      this.first = first;
      this.next = next;
    }
  }

  static final class Function0<T> extends Step<T> {
    final String name;
    final Supplier<? extends Step<T>> body;

    Function0(String name, Supplier<? extends Step<T>> body) {
      this.name = name;
      this.body = body;
    }
  }

  static final class Loop extends Step<Done> {
    final Supplier<Step<Boolean>> body;

    Loop(Supplier<Step<Boolean>> body) {
      this.body = body;
    }
  }

  static final class Current<T> extends Step<T> {
    final Function<Context, ? extends Step<T>> body;

    Current(Function<Context, ? extends Step<T>> body) {
      this.body = body;
    }
  }

  static final class Delay extends Step<Done> {
    final long nanos;

    Delay(long nanos) {
      this.nanos = nanos;
    }
  }

  static final class Die<T> extends Step<T> {
    final Oops oops;

    Die(Oops oops) {
      this.oops = oops;
    }
  }

  static final class Warn extends Step<Done> {
    final String file;
    final int line;

    Warn(String file, int line) {
      this.file = file;
      this.line = line;
    }
  }

  /** The step that is already finished with this value. */
  public static <T> Step<T> done(T value) {
    return new Value<>(value);
  }

  /** The step that is already finished and has nothing to tell. */
  public static Step<Done> done() {
    return Value.DONE;
  }

  /** One atomic operation or spinlock section of an object; never sleeps. */
  public static <M, T> Step<T> call(ActorRef<? super M> object, Function<Caller<T>, M> request) {
    return new Call<M, T>(object, request, Waiting.SPINNING, null, null, null);
  }

  /** A call that may sleep in D state. In interrupt it is a bug, found when it is made. */
  public static <M, T> Step<T> sleepingCall(
      ActorRef<? super M> object, Function<Caller<T>, M> request) {
    return new Call<M, T>(object, request, Waiting.UNINTERRUPTIBLE, null, null, null);
  }

  /**
   * A call that may sleep until a signal comes.
   *
   * @param cancel the request that makes the object answer early, sent when a signal arrives; the
   *     object answers the first request exactly once either way and never answers this one
   */
  public static <M, T> Step<T> interruptibleCall(
      ActorRef<? super M> object, Function<Caller<T>, M> request, Function<Caller<T>, M> cancel) {
    return new Call<M, T>(object, request, Waiting.INTERRUPTIBLE, null, null, cancel);
  }

  /** Takes a lock that the context then holds across calls; lockdep sees it. */
  public static <M, T> Step<T> acquire(
      LockClass lock, Waiting waiting, ActorRef<? super M> object, Function<Caller<T>, M> request) {
    return new Call<M, T>(object, request, waiting, lock, null, null);
  }

  /** Gives back a lock taken with {@link #acquire}. */
  public static <M, T> Step<T> release(
      LockClass lock, ActorRef<? super M> object, Function<Caller<T>, M> request) {
    return new Call<M, T>(object, request, Waiting.SPINNING, null, lock, null);
  }

  /** A C function: while its body runs, its name stands on the context's stack. */
  public static <T> Step<T> function(String name, Supplier<? extends Step<T>> body) {
    return new Function0<>(name, body);
  }

  /** Repeats the body for as long as it answers true. */
  public static Step<Done> loop(Supplier<Step<Boolean>> body) {
    return new Loop(body);
  }

  /** Runs the body for each element, in order. */
  public static <A> Step<Done> forEach(
      Iterable<A> elements, Function<? super A, ? extends Step<?>> body) {
    return current(
        c -> {
          Iterator<A> rest = elements.iterator();
          return loop(() -> rest.hasNext() ? body.apply(rest.next()).map(x -> true) : done(false));
        });
  }

  /** Code that needs {@code current}. */
  public static <T> Step<T> current(Function<Context, ? extends Step<T>> body) {
    return new Current<>(body);
  }

  /** The context does nothing but take time, in nanoseconds, not scaled. */
  public static Step<Done> delay(long nanos) {
    return nanos <= 0 ? Value.DONE : new Delay(nanos);
  }

  /** {@code BUG()} in code that runs in no object's section. */
  public static <T> Step<T> die(Oops oops) {
    return new Die<>(oops);
  }

  /**
   * {@code WARN_ON()} whose condition holds: the context goes on.
   *
   * @param line in this kernel version, 0 where nobody knows it: then none is printed
   */
  public static Step<Done> warn(String file, int line) {
    return new Warn(file, line);
  }

  /** Runs the body only if the condition holds: an {@code if} without an {@code else}. */
  public static Step<Done> when(boolean condition, Supplier<? extends Step<?>> body) {
    return condition ? body.get().map(x -> Done.DONE) : Value.DONE;
  }

  /** Goes on with the result. */
  public final <U> Step<U> then(Function<? super T, ? extends Step<U>> next) {
    return new Then<>(this, next);
  }

  /** Goes on and drops the result. */
  public final <U> Step<U> then(Supplier<? extends Step<U>> next) {
    return new Then<>(this, x -> next.get());
  }

  /** Turns the result into another value. */
  public final <U> Step<U> map(Function<? super T, ? extends U> f) {
    return new Then<>(this, x -> new Value<>(f.apply(x)));
  }

  /** Does something more with the result and keeps it. */
  public final Step<T> alsoDo(Function<? super T, ? extends Step<?>> more) {
    return new Then<>(this, x -> new Then<>(more.apply(x), y -> new Value<>(x)));
  }

  /** Does something more and keeps the result: the unlock before a {@code return}. */
  public final Step<T> alsoDo(Supplier<? extends Step<?>> more) {
    return new Then<>(this, x -> new Then<>(more.get(), y -> new Value<>(x)));
  }
}
