package diorama.kernel.fs;

import static diorama.kernel.sched.Step.current;
import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.when;

import diorama.kernel.sched.Done;
import diorama.kernel.sched.Host;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Tracepoint;
import diorama.kernel.tracepoint.Transfer;
import org.jspecify.annotations.Nullable;

/** Tells of the transfers that users ask for; part of no lock and no message. */
final class TransferTrace {
  private final Host host;

  TransferTrace(Host host) {
    this.host = host;
  }

  /** A transfer begins or ends. */
  Step<Done> told(String what, Transfer transfer, @Nullable Kiocb iocb, long ret) {
    return current(
        c -> {
          host.tracer().emit(new Tracepoint(what, c, transfer, iocb, "returns %1$d", ret, 0));
          return done();
        });
  }

  /** An asynchronous write begins. Its end is in its event. */
  Step<Done> submitted(Kiocb req, IoSubmission iocb) {
    return when(
        iocb.sink() == null,
        () ->
            told(
                "write: begin",
                UserTransfer.write(req.kiFilp(), req.kiPos(), iocb.source()),
                req,
                0));
  }
}
