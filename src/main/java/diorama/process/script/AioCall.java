package diorama.process.script;

import diorama.kernel.fs.EventsRead;
import diorama.kernel.sched.Step;
import diorama.process.Iocb;
import diorama.process.script.FileCall.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A call of asynchronous I/O. */
public sealed interface AioCall extends Call {
  /**
   * io_setup(2).
   *
   * @param ctx the context that it makes
   * @param max events that it must have room for
   */
  record IoSetup(Ref ctx, int max) implements AioCall {
    @Override
    public String name() {
      return "io_setup";
    }

    @Override
    public String arguments() {
      return String.valueOf(max);
    }

    @Override
    public Ref result() {
      return ctx;
    }

    @Override
    public IoSetup resolved(Scope scope) {
      return new IoSetup(scope.make(ctx), max);
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().ioSetup(max).map(id -> variables.returned(ctx, id));
    }
  }

  /**
   * One iocb of an io_submit.
   *
   * @param name for an io_cancel; null if there is none that asks for it
   * @param transfer a pread or a pwrite
   */
  record Request(@Nullable Ref name, Transfer transfer) {
    /** Checks that the kernel has such an iocb. */
    public Request {
      if (!transfer.form().positioned()) {
        throw new IllegalArgumentException(transfer.name() + " is no command of an iocb");
      }
    }

    private @Nullable Request resolved(Scope scope) {
      Transfer resolved = transfer.resolved(scope);
      return resolved == null
          ? null
          : new Request(name == null ? null : scope.make(name), resolved);
    }

    private String text() {
      String call = transfer.name() + "(" + transfer.arguments() + ")";
      return name == null ? call : name + " = " + call;
    }
  }

  /** io_submit(2). */
  record IoSubmit(Ref ctx, List<Request> requests) implements AioCall {
    /** Keeps the requests from changing. */
    public IoSubmit {
      requests = List.copyOf(requests);
    }

    @Override
    public String name() {
      return "io_submit";
    }

    @Override
    public String arguments() {
      return ctx + requests.stream().map(r -> ", " + r.text()).collect(Collectors.joining());
    }

    @Override
    public int size() {
      return 1 + requests.stream().mapToInt(r -> r.transfer().size()).sum();
    }

    /** A request whose file is missing is left out; without any there is no call. */
    @Override
    public @Nullable IoSubmit resolved(Scope scope) {
      Ref found = scope.find(ctx);
      List<Request> left = new ArrayList<>(requests.size());
      if (found != null) {
        for (Request request : requests) {
          Request resolved = request.resolved(scope);
          if (resolved != null) {
            left.add(resolved);
          }
        }
      }
      return found == null || left.isEmpty() ? null : new IoSubmit(found, left);
    }

    @Override
    public Step<?> run(Variables variables) {
      List<Iocb> iocbs = new ArrayList<>(requests.size());
      for (Request request : requests) {
        variables.count(true, request.transfer());
        iocbs.add(variables.prepared(request));
      }
      return variables
          .sys()
          .ioSubmit(variables.context(ctx), iocbs)
          .map(accepted -> variables.submitted(ctx, accepted));
    }
  }

  /**
   * io_getevents(2).
   *
   * @param timeout in kernel time; null to wait without an end
   */
  record IoGetevents(Ref ctx, int min, int max, @Nullable Duration timeout) implements AioCall {
    @Override
    public String name() {
      return "io_getevents";
    }

    @Override
    public String arguments() {
      String limits = ctx + ", " + min + ", " + max;
      return timeout == null ? limits : limits + ", " + Listing.time(timeout);
    }

    @Override
    public @Nullable IoGetevents resolved(Scope scope) {
      Ref found = scope.find(ctx);
      return found == null ? null : new IoGetevents(found, min, max, timeout);
    }

    /** Asks for no more events than can come, so that a script without its io_submit ends. */
    @Override
    public Step<?> run(Variables variables) {
      int least = (int) Math.min(min, variables.eventsToCome(ctx));
      long id = variables.context(ctx);
      Step<EventsRead> read =
          timeout == null
              ? variables.sys().ioGetevents(id, least, max)
              : variables.sys().ioGetevents(id, least, max, timeout);
      return read.map(events -> variables.collected(ctx, events.result()));
    }
  }

  /** io_cancel(2). */
  record IoCancel(Ref ctx, Ref iocb) implements AioCall {
    @Override
    public String name() {
      return "io_cancel";
    }

    @Override
    public String arguments() {
      return ctx + ", " + iocb;
    }

    @Override
    public @Nullable IoCancel resolved(Scope scope) {
      Ref context = scope.find(ctx);
      Ref request = scope.find(iocb);
      return context == null || request == null ? null : new IoCancel(context, request);
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().ioCancel(variables.context(ctx), variables.iocb(iocb));
    }
  }

  /** io_destroy(2). */
  record IoDestroy(Ref ctx) implements AioCall {
    @Override
    public String name() {
      return "io_destroy";
    }

    @Override
    public String arguments() {
      return ctx.name();
    }

    @Override
    public @Nullable IoDestroy resolved(Scope scope) {
      Ref found = scope.find(ctx);
      return found == null ? null : new IoDestroy(found);
    }

    @Override
    public Step<?> run(Variables variables) {
      return variables.sys().ioDestroy(variables.context(ctx));
    }
  }
}
