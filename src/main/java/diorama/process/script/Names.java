package diorama.process.script;

import diorama.process.script.AioCall.IoCancel;
import diorama.process.script.AioCall.IoSubmit;
import diorama.process.script.AioCall.Request;
import diorama.process.script.ProcessCall.Fork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out which call means which: static single assignment for the variables of a script. */
final class Names {
  private final boolean renumber;
  private final int[] last = new int[Ref.Kind.values().length];
  private final Set<Ref> taken = new HashSet<>();
  private final Set<Ref> cancelled = new HashSet<>();

  /**
   * For one script.
   *
   * @param renumber whether variables get new names even where theirs are good
   */
  Names(boolean renumber) {
    this.renumber = renumber;
  }

  /** The process that a task starts, with what is left of it. */
  ScriptProcess resolve(ScriptProcess root) {
    ScriptProcess resolved = resolve(root, new Visible(new HashMap<>()));
    return withoutUnusedRequestNames(resolved);
  }

  private ScriptProcess resolve(ScriptProcess process, Visible visible) {
    List<Call> calls = new ArrayList<>(process.calls().size());
    for (Call call : process.calls()) {
      Visible inherited =
          call instanceof Fork ? new Visible(new HashMap<>(visible.names)) : visible;
      Call resolved = call.resolved(visible);
      if (resolved instanceof Fork fork) {
        calls.add(fork.with(resolve(fork.child(), inherited)));
      } else if (resolved != null) {
        calls.add(resolved.equals(call) ? call : resolved);
        if (resolved instanceof IoCancel cancel) {
          cancelled.add(cancel.iocb());
        }
      }
    }
    return new ScriptProcess(process.comm(), calls);
  }

  private Ref next(Ref.Kind kind) {
    return kind.numbered(++last[kind.ordinal()]);
  }

  /** What a process can see: by the name in the text, the variable that was made last. */
  private final class Visible implements Scope {
    private final Map<Ref, Ref> names;

    Visible(Map<Ref, Ref> names) {
      this.names = names;
    }

    @Override
    public @Nullable Ref find(Ref used) {
      return names.get(used);
    }

    @Override
    public Ref make(Ref made) {
      Ref unique = renumber ? next(made.kind()) : made;
      while (!taken.add(unique)) {
        unique = next(made.kind());
      }
      names.put(made, unique);
      return unique;
    }
  }

  private ScriptProcess withoutUnusedRequestNames(ScriptProcess process) {
    List<Call> calls = new ArrayList<>(process.calls().size());
    for (Call call : process.calls()) {
      if (call instanceof Fork fork) {
        calls.add(fork.with(withoutUnusedRequestNames(fork.child())));
      } else {
        calls.add(call instanceof IoSubmit submit ? withoutUnusedNames(submit) : call);
      }
    }
    return new ScriptProcess(process.comm(), calls);
  }

  private IoSubmit withoutUnusedNames(IoSubmit submit) {
    boolean named = submit.requests().stream().anyMatch(r -> r.name() != null);
    return !named
        ? submit
        : new IoSubmit(
            submit.ctx(),
            submit.requests().stream()
                .map(r -> cancelled.contains(r.name()) ? r : new Request(null, r.transfer()))
                .toList());
  }
}
