package diorama.process.script;

import static diorama.process.script.Arguments.complaint;
import static diorama.process.script.Arguments.found;

import diorama.process.NearestName;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the text form of a script. The first process need not be announced. */
final class ScriptParser {
  /** A call; of a fork the child's number, which is 0 for others. */
  private record Line(int number, Call call, int child) {}

  private record Section(String comm, List<Line> lines) {}

  private static final ScriptProcess NOT_READ_YET = new ScriptProcess("", List.of());
  private static final List<Form> IOCB_FORMS = List.of(Form.PREAD, Form.PWRITE);

  private final Arguments in;
  private final Map<String, Supplier<Call>> calls = calls();
  private final TreeMap<Integer, Section> sections = new TreeMap<>();
  private final Set<Integer> forked = new HashSet<>();
  private @Nullable Token result;
  private int child;

  ScriptParser(String text) {
    this.in = new Arguments(text);
  }

  Script script() {
    Section section = new Section("", new ArrayList<>());
    sections.put(1, section);
    boolean announced = false;
    while (in.peek().type() != Token.Type.END) {
      if (in.peek().is("process")) {
        section = section(announced || !section.lines.isEmpty());
        announced = true;
      } else {
        section.lines.add(statement());
      }
    }
    Script script = new Script(assemble(1, new HashSet<>()));
    for (int number : sections.keySet()) {
      if (number != 1 && !forked.contains(number)) {
        throw complaint(in.peek().line(), "process " + number + " is never forked");
      }
    }
    return script;
  }

  /** {@code process 2 "name":}. */
  private Section section(boolean oneIsThere) {
    in.next();
    Token where = in.peek();
    int number = in.whole(1);
    String comm = in.peek().type() == Token.Type.STRING ? in.string("a name") : "";
    in.expect(":");
    Section section = new Section(comm, new ArrayList<>());
    if (number == 1 ? oneIsThere : sections.containsKey(number)) {
      throw complaint(where.line(), "process " + number + " is there twice");
    }
    sections.put(number, section);
    return section;
  }

  private Line statement() {
    Token first = in.word("a call such as pwrite(fd, 4096, 0);, or process");
    result = null;
    child = 0;
    Token function = first;
    if (in.skip("=")) {
      result = first;
      function = in.word("a call");
    }
    Call call = call(function);
    if (result != null) {
      throw complaint(
          result.line(), "what " + call.name() + " returns needs no name; found " + result);
    }
    if (in.peek().type() != Token.Type.END) {
      in.expect(";");
    }
    return new Line(function.line(), call, child);
  }

  private Call call(Token function) {
    Supplier<Call> reader = calls.get(function.text());
    if (reader == null) {
      throw found(
          function,
          String.join(", ", calls.keySet()) + NearestName.hint(function.text(), calls.keySet()));
    }
    in.expect("(");
    Call call = reader.get();
    in.expect(")");
    return call;
  }

  private Map<String, Supplier<Call>> calls() {
    Map<String, Supplier<Call>> readers = new LinkedHashMap<>();
    readers.put("open", this::open);
    for (Action action : Action.values()) {
      readers.put(lower(action), () -> new OnFile(action, use(Kind.FD)));
    }
    for (Form form : Form.values()) {
      readers.put(lower(form), () -> transfer(form));
    }
    readers.put("mmap", this::mmap);
    for (MemoryCall.Action action : MemoryCall.Action.values()) {
      readers.put(lower(action), () -> new OnMapping(action, use(Kind.MAP), lengthBehindComma()));
    }
    readers.put("load", () -> new Load(in.place(), lengthBehindComma()));
    readers.put("store", () -> new Store(in.place(), lengthBehindComma()));
    readers.put("io_setup", () -> new IoSetup(made(Kind.CTX, "io_setup"), in.any()));
    readers.put("io_submit", () -> new IoSubmit(use(Kind.CTX), requests()));
    readers.put("io_getevents", this::ioGetevents);
    readers.put("io_cancel", () -> new IoCancel(use(Kind.CTX), behindComma(Kind.IOCB)));
    readers.put("io_destroy", () -> new IoDestroy(use(Kind.CTX)));
    readers.put("fork", () -> fork(false));
    readers.put("clone", () -> fork(true));
    readers.put("waitpid", this::waitpid);
    readers.put("kill", this::kill);
    readers.put("sigaction", () -> new Sigaction(in.signal()));
    readers.put("alarm", () -> new Alarm(in.any()));
    readers.put("setitimer", () -> new Setitimer(in.time()));
    readers.put("nanosleep", () -> new Nanosleep(in.time()));
    readers.put("exit", () -> new Exit(in.any()));
    return readers;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private Ref use(Kind kind) {
    return new Ref(kind, in.word("the name of what a call returned").text());
  }

  private Ref behindComma(Kind kind) {
    in.expect(",");
    return use(kind);
  }

  private Ref made(Kind kind, String function) {
    Token name = result;
    result = null;
    if (name == null) {
      throw complaint(
          in.peek().line(),
          "what %s returns needs a name, as in %s = %s(...)"
              .formatted(function, kind.numbered(1), function));
    }
    return new Ref(kind, name.text());
  }

  private Open open() {
    Ref fd = made(Kind.FD, "open");
    String file = in.string("a file's name in quotes");
    return new Open(fd, file, in.skip(",") ? in.flags() : List.of());
  }

  private Mmap mmap() {
    Ref map = made(Kind.MAP, "mmap");
    Ref fd = use(Kind.FD);
    long length = lengthBehindComma();
    in.expect(",");
    return new Mmap(map, fd, length, in.number(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  private long lengthBehindComma() {
    in.expect(",");
    return in.number(0, Integer.MAX_VALUE);
  }

  private Transfer transfer(Form form) {
    Ref fd = use(Kind.FD);
    in.expect(",");
    UserBuffer buffer = in.buffer(form.writes());
    long length = in.whole(0);
    if (!form.positioned()) {
      return new Transfer(form, fd, buffer, length, 0);
    }
    in.expect(",");
    long offset = in.number(Long.MIN_VALUE, Long.MAX_VALUE);
    return new Transfer(form, fd, buffer, length, offset);
  }

  private List<Request> requests() {
    List<Request> requests = new ArrayList<>();
    do {
      in.expect(",");
      boolean named = in.second().is("=");
      Ref name = named ? use(Kind.IOCB) : null;
      in.skip("=");
      Token function = in.next();
      if (IOCB_FORMS.stream().noneMatch(f -> function.is(lower(f)))) {
        throw found(function, "pread or pwrite");
      }
      requests.add(new Request(name, (Transfer) call(function)));
    } while (in.peek().is(","));
    return requests;
  }

  private IoGetevents ioGetevents() {
    Ref ctx = use(Kind.CTX);
    in.expect(",");
    int min = in.any();
    in.expect(",");
    int max = in.any();
    return new IoGetevents(ctx, min, max, in.skip(",") ? in.time() : null);
  }

  private Fork fork(boolean thread) {
    Ref pid = made(Kind.PID, thread ? "clone" : "fork");
    in.expect("process");
    child = in.whole(1);
    return new Fork(pid, thread, NOT_READ_YET);
  }

  private Waitpid waitpid() {
    if (in.peek().type() == Token.Type.NUMBER) {
      in.number(-1, -1);
      return new Waitpid(null);
    }
    return new Waitpid(use(Kind.PID));
  }

  private Kill kill() {
    Ref pid = use(Kind.PID);
    in.expect(",");
    return new Kill(pid, in.signal());
  }

  /** A process with those that it forks, when it begins with these variables. */
  private ScriptProcess assemble(int number, Set<Ref> variables) {
    Section section = sections.getOrDefault(number, new Section("", List.of()));
    List<Call> calls = new ArrayList<>();
    for (Line line : section.lines) {
      Set<Ref> inherited = line.child == 0 ? variables : new HashSet<>(variables);
      line.call.resolved(new Checked(line.number, variables));
      calls.add(
          line.call instanceof Fork fork ? fork.with(assembleChild(line, inherited)) : line.call);
    }
    return new ScriptProcess(section.comm, calls);
  }

  private ScriptProcess assembleChild(Line line, Set<Ref> inherited) {
    if (!sections.containsKey(line.child)) {
      throw complaint(line.number, "there is no process " + line.child);
    }
    if (line.child == 1 || !forked.add(line.child)) {
      throw complaint(line.number, "process " + line.child + " cannot be started twice");
    }
    return assemble(line.child, inherited);
  }

  /** Complains of what {@link Script} would leave out. */
  private record Checked(int line, Set<Ref> variables) implements Scope {
    @Override
    public Ref find(Ref used) {
      if (!variables.contains(used)) {
        List<String> known =
            variables.stream()
                .filter(v -> v.kind() == used.kind())
                .map(Ref::name)
                .sorted()
                .toList();
        throw complaint(
            line,
            "found "
                + used
                + "; allowed: "
                + (known.isEmpty()
                    ? "nothing, as no call before this returned one"
                    : String.join(", ", known)));
      }
      return used;
    }

    @Override
    public Ref make(Ref made) {
      variables.add(made);
      return made;
    }
  }
}
