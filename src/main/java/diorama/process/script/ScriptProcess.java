package diorama.process.script;

import diorama.process.script.AioCall.IoSubmit;
import diorama.process.script.ProcessCall.Fork;
import java.util.ArrayList;
import java.util.List;

/**
 * A process or thread of a script.
 *
 * @param comm its name; the first process of a script has the name of its task instead
 * @param calls what it does, in order; its children are in the calls that fork them
 */
public record ScriptProcess(String comm, List<Call> calls) {
  /** Keeps the calls from changing. */
  public ScriptProcess {
    calls = List.copyOf(calls);
  }

  /** This process and all below it, each before its children. */
  List<ScriptProcess> all() {
    List<ScriptProcess> all = new ArrayList<>();
    addTo(all);
    return all;
  }

  private void addTo(List<ScriptProcess> all) {
    all.add(this);
    for (Call call : calls) {
      if (call instanceof Fork fork) {
        fork.child().addTo(all);
      }
    }
  }

  /** How many requests this process itself submits to a context. */
  long requests(Ref ctx) {
    long requests = 0;
    for (Call call : calls) {
      if (call instanceof IoSubmit submit && submit.ctx().equals(ctx)) {
        requests += submit.requests().size();
      }
    }
    return requests;
  }
}
