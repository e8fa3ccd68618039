package diorama.process.script;

import diorama.kernel.sched.Chance;
import diorama.kernel.sched.Signals;
import diorama.process.OpenFlag;
import diorama.process.script.AioCall.IoCancel;
import diorama.process.script.AioCall.IoDestroy;
import diorama.process.script.AioCall.IoGetevents;
import diorama.process.script.AioCall.IoSetup;
import diorama.process.script.AioCall.IoSubmit;
import diorama.process.script.AioCall.Request;
import diorama.process.script.FileCall.Action;
import diorama.process.script.FileCall.Form;
import diorama.process.script.FileCall.OnFile;
import diorama.process.script.FileCall.Open;
import diorama.process.script.FileCall.Transfer;
import diorama.process.script.MemoryCall.Load;
import diorama.process.script.MemoryCall.Mmap;
import diorama.process.script.MemoryCall.OnMapping;
import diorama.process.script.MemoryCall.Store;
import diorama.process.script.ProcessCall.Alarm;
import diorama.process.script.ProcessCall.Exit;
import diorama.process.script.ProcessCall.Fork;
import diorama.process.script.ProcessCall.Kill;
import diorama.process.script.ProcessCall.Nanosleep;
import diorama.process.script.ProcessCall.Setitimer;
import diorama.process.script.ProcessCall.Sigaction;
import diorama.process.script.ProcessCall.Waitpid;
import diorama.process.script.Ref.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Scripts of all calls there are, drawn from a seed; names are few, so that they collide. */
final class RandomScripts {
  private static final int CALLS = 12;
  private static final int DEPTH = 2;

  private final Chance chance;

  RandomScripts(long seed) {
    this.chance = new Chance(seed);
  }

  Script next() {
    return new Script(process("", 0));
  }

  private ScriptProcess process(String comm, int depth) {
    List<Call> calls = new ArrayList<>();
    calls.add(new Open(ref(Kind.FD), "file", List.of(OpenFlag.O_RDWR)));
    for (int i = below(CALLS); i >= 0; i--) {
      calls.add(call(depth));
    }
    return new ScriptProcess(comm, calls);
  }

  private Call call(int depth) {
    return switch (below(20)) {
      case 0 -> new Open(ref(Kind.FD), "file \"" + below(3), flags());
      case 1 -> new OnFile(Action.values()[below(Action.values().length)], ref(Kind.FD));
      case 2, 3, 4 -> transfer(Form.values()[below(Form.values().length)]);
      case 5 -> new IoSetup(ref(Kind.CTX), 1 + below(8));
      case 6, 7, 8 -> new IoSubmit(ref(Kind.CTX), requests());
      case 9 -> new IoGetevents(ref(Kind.CTX), below(3), 3, below(2) == 0 ? null : time());
      case 10 -> new IoCancel(ref(Kind.CTX), ref(Kind.IOCB));
      case 11 -> new IoDestroy(ref(Kind.CTX));
      case 12 ->
          depth == DEPTH
              ? new Exit(below(3))
              : new Fork(ref(Kind.PID), below(2) == 0, process("child " + depth, depth + 1));
      case 13 -> new Waitpid(below(2) == 0 ? null : ref(Kind.PID));
      case 14 -> new Kill(ref(Kind.PID), below(2) == 0 ? Signals.SIGKILL : 10);
      case 15 -> new Sigaction(Signals.SIGALRM);
      case 16 -> below(2) == 0 ? new Alarm(below(9)) : new Setitimer(time());
      case 17 -> new Mmap(ref(Kind.MAP), ref(Kind.FD), 4096L * (1 + below(8)), 4096L * below(4));
      case 18 -> onMapping();
      default -> new Nanosleep(time());
    };
  }

  private Call onMapping() {
    return switch (below(4)) {
      case 0 -> new OnMapping(MemoryCall.Action.MUNMAP, ref(Kind.MAP), 4096L * (1 + below(8)));
      case 1 -> new OnMapping(MemoryCall.Action.MSYNC, ref(Kind.MAP), 4096L * (1 + below(8)));
      case 2 -> new Load(place(), below(4096));
      default -> new Store(place(), below(4096));
    };
  }

  private Place place() {
    return new Place(ref(Kind.MAP), 512L * below(8));
  }

  private List<OpenFlag> flags() {
    List<OpenFlag> flags = new ArrayList<>();
    for (OpenFlag flag : OpenFlag.values()) {
      if (below(2) == 0) {
        flags.add(flag);
      }
    }
    return flags;
  }

  private List<Request> requests() {
    List<Request> requests = new ArrayList<>();
    for (int i = below(4); i >= 0; i--) {
      requests.add(
          new Request(
              below(2) == 0 ? null : ref(Kind.IOCB),
              transfer(below(2) == 0 ? Form.PREAD : Form.PWRITE)));
    }
    return requests;
  }

  private Transfer transfer(Form form) {
    UserBuffer buffer =
        form.writes() && below(4) == 0
            ? UserBuffer.at(place())
            : new UserBuffer(
                512 * below(2),
                form.writes() && below(2) == 0,
                form.writes() && below(4) == 0 ? 4096L * below(3) : UserBuffer.ALL);
    long unit = below(2) == 0 ? 4096 : 512;
    long offset = form.positioned() ? unit * below(50) : 0;
    return new Transfer(form, ref(Kind.FD), buffer, unit * (1 + below(9)), offset);
  }

  private Duration time() {
    return Duration.ofNanos(List.of(1L, 1_500L, 2_000_000L, 3_000_000_000L).get(below(4)));
  }

  private Ref ref(Kind kind) {
    return kind.numbered(1 + below(2));
  }

  private int below(int bound) {
    return (int) chance.below(bound);
  }
}
