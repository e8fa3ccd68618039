package diorama.process;

import static diorama.kernel.sched.Step.done;

import diorama.kernel.Errno;
import diorama.kernel.data.Content;
import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoEvent;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Execution;
import diorama.kernel.sched.ExitStatus;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A kernel for programs under test: every call succeeds at once, unless its next answer was
 * scripted; children are kept, and run to their end where the test says so.
 */
public final class ScriptedSystem implements SystemCallInterface {
  /** What was called, for example {@code pwrite 3 4096@0}. */
  public final List<String> calls = new ArrayList<>();

  /** The main functions of the children, in the order of their pids from 101 on. */
  public final List<Function<SystemCallInterface, Step<Integer>>> children = new ArrayList<>();

  private final Map<String, ArrayDeque<Long>> answers = new HashMap<>();
  private final Map<String, Runnable> before = new HashMap<>();
  private final Map<Integer, Runnable> handlers = new HashMap<>();
  private final Map<Long, Content> memory;
  private final ArrayDeque<IoEvent> events = new ArrayDeque<>();
  private final ArrayDeque<WaitResult> ended = new ArrayDeque<>();
  private final boolean runChildren;
  private long fileSize;
  private int lastFd = 2;
  private @Nullable Integer exitCode;

  private ScriptedSystem(boolean runChildren, Map<Long, Content> memory) {
    this.runChildren = runChildren;
    this.memory = memory;
  }

  /** A system whose children do not run by themselves. */
  public static ScriptedSystem create() {
    return new ScriptedSystem(false, new TreeMap<>());
  }

  /** A system that runs each child to its end when it is forked. */
  public static ScriptedSystem runningChildren() {
    return new ScriptedSystem(true, new TreeMap<>());
  }

  /** The next answers of a call by its name; {@code event} scripts results of requests. */
  public ScriptedSystem answer(String call, long... results) {
    ArrayDeque<Long> queue = answers.computeIfAbsent(call, c -> new ArrayDeque<>());
    for (long result : results) {
      queue.add(result);
    }
    return this;
  }

  /** Something happens each time before a call is answered. */
  public ScriptedSystem before(String call, Runnable happens) {
    before.put(call, happens);
    return this;
  }

  /** How large the file is before it is written. */
  public ScriptedSystem fileSize(long size) {
    fileSize = size;
    return this;
  }

  /** What wait answers next. */
  public ScriptedSystem ends(long pid, ExitStatus status) {
    ended.add(new WaitResult(pid, status));
    return this;
  }

  /** A signal reaches the program. */
  public void raise(int signal) {
    handlers.get(signal).run();
  }

  /** Runs a program to its end and returns its exit code. */
  public int run(Function<SystemCallInterface, Step<Integer>> main) {
    exitCode = null;
    Execution execution = new Execution(new Context(Context.Kind.PROCESS, "test", 100));
    execution.start(main.apply(this).map(code -> exitCode = code));
    if (exitCode == null) {
      throw new AssertionError("the program did not end: " + calls);
    }
    return exitCode;
  }

  private long answer(String name, String detail, LongSupplier otherwise) {
    calls.add(name + detail);
    before.getOrDefault(name, () -> {}).run();
    ArrayDeque<Long> scripted = answers.get(name);
    return scripted == null || scripted.isEmpty() ? otherwise.getAsLong() : scripted.remove();
  }

  private Step<Integer> small(String name, String detail, LongSupplier otherwise) {
    return done((int) answer(name, detail, otherwise));
  }

  @Override
  public Step<Integer> open(String path, OpenFlag... flags) {
    return small("open", " " + path + " " + List.of(flags), () -> ++lastFd);
  }

  @Override
  public Step<Integer> close(int fd) {
    return small("close", " " + fd, () -> 0);
  }

  @Override
  public Step<Long> read(int fd, ReadBuffer target) {
    return pread(fd, target, 0);
  }

  @Override
  public Step<Long> write(int fd, IoVec source) {
    return pwrite(fd, source, 0);
  }

  @Override
  public Step<Long> pread(int fd, ReadBuffer target, long offset) {
    String detail = " " + fd + " " + target.length() + "@" + offset;
    return done(answer("pread", detail, () -> load(target, offset)));
  }

  @Override
  public Step<Long> pwrite(int fd, IoVec source, long offset) {
    String detail = " " + fd + " " + source.length() + "@" + offset;
    return done(answer("pwrite", detail, () -> store(source, offset)));
  }

  private long load(ReadBuffer target, long offset) {
    for (int i = 0; i * 512L < target.length(); i++) {
      target.store(i, memory.getOrDefault(offset / 512 + i, Content.zeros(1)));
    }
    return target.length();
  }

  private long store(IoVec source, long offset) {
    for (int i = 0; i * 512L < source.length(); i++) {
      memory.put(offset / 512 + i, source.memory().slice(i, 1));
    }
    return source.length();
  }

  /** Damages what is stored in a sector. */
  public void damage(long sector) {
    memory.put(sector, Content.stamped(999_999, 0, 1));
  }

  @Override
  public Step<Long> mmap(int fd, long length, long offset) {
    return done(answer("mmap", " " + fd + " " + length + "@" + offset, () -> 0x4000_0000L));
  }

  @Override
  public Step<Integer> munmap(long address, long length) {
    return small("munmap", " " + Long.toHexString(address) + " " + length, () -> 0);
  }

  @Override
  public Step<Integer> msync(long address, long length) {
    return small("msync", " " + Long.toHexString(address) + " " + length, () -> 0);
  }

  @Override
  public Step<Long> loadWord(int word) {
    return done(answer("load", " word " + word, () -> 0L));
  }

  @Override
  public Step<Done> storeWord(int word, long value) {
    calls.add("store word " + word + " " + value);
    return done();
  }

  @Override
  public Step<Long> load(long address, ReadBuffer target) {
    String detail = " " + Long.toHexString(address) + " " + target.length();
    return done(answer("load", detail, target::length));
  }

  @Override
  public Step<Long> store(long address, IoVec source) {
    String detail = " " + Long.toHexString(address) + " " + source.length();
    return done(answer("store", detail, source::length));
  }

  @Override
  public Step<Integer> fsync(int fd) {
    return small("fsync", " " + fd, () -> 0);
  }

  @Override
  public Step<Integer> fdatasync(int fd) {
    return small("fdatasync", " " + fd, () -> 0);
  }

  @Override
  public Step<Long> fileSize(int fd) {
    return done(answer("fstat", " " + fd, () -> fileSize));
  }

  @Override
  public Step<Long> ioSetup(int maxEvents) {
    return done(answer("io_setup", " " + maxEvents, () -> 1000));
  }

  @Override
  public Step<Integer> ioSubmit(long context, List<Iocb> iocbs) {
    long accepted = answer("io_submit", " " + iocbs.size(), iocbs::size);
    for (int i = 0; i < accepted; i++) {
      events.add(new IoEvent(0, iocbs.get(i).data(), transfer(iocbs.get(i)), 0));
    }
    return done((int) accepted);
  }

  private long transfer(Iocb iocb) {
    IoVec source = iocb.source();
    if (source != null) {
      return answer("event", " write@" + iocb.offset(), () -> store(source, iocb.offset()));
    }
    ReadBuffer target = java.util.Objects.requireNonNull(iocb.target());
    return answer("event", " read@" + iocb.offset(), () -> load(target, iocb.offset()));
  }

  /** An event that no request asked for. */
  public void addEvent(long data, long res) {
    events.add(new IoEvent(0, data, res, 0));
  }

  @Override
  public Step<EventsRead> ioGetevents(long context, int min, int max) {
    String detail = " " + min + ".." + max;
    long result = answer("io_getevents", detail, () -> Math.min(max, events.size()));
    List<IoEvent> read = new ArrayList<>();
    while (read.size() < result) {
      read.add(events.remove());
    }
    return done(new EventsRead(result, read));
  }

  @Override
  public Step<EventsRead> ioGetevents(long context, int min, int max, Duration timeout) {
    return ioGetevents(context, min, max);
  }

  @Override
  public Step<Integer> ioCancel(long context, Iocb iocb) {
    return small("io_cancel", "", () -> -Errno.EINVAL);
  }

  @Override
  public Step<Integer> ioDestroy(long context) {
    return small("io_destroy", "", () -> 0);
  }

  @Override
  public Step<Integer> fork(String comm, Function<SystemCallInterface, Step<Integer>> main) {
    return small("fork", " " + comm, () -> forked(main));
  }

  private long forked(Function<SystemCallInterface, Step<Integer>> main) {
    children.add(main);
    int pid = 100 + children.size();
    if (runChildren) {
      ScriptedSystem child = new ScriptedSystem(true, memory);
      child.answers.putAll(answers);
      child.before.putAll(before);
      child.fileSize = fileSize;
      ends(pid, ExitStatus.exited(child.run(main)));
      calls.addAll(child.calls);
    }
    return pid;
  }

  @Override
  public Step<Integer> clone(String comm, Function<SystemCallInterface, Step<Integer>> main) {
    return fork(comm, main);
  }

  @Override
  public Step<WaitResult> waitpid(int pid) {
    calls.add("wait " + pid);
    WaitResult next = ended.poll();
    return done(next == null ? new WaitResult(-Errno.ECHILD, ExitStatus.exited(0)) : next);
  }

  @Override
  public Step<Integer> kill(int pid, int signal) {
    return small("kill", " " + pid + " " + signal, () -> 0);
  }

  @Override
  public Step<Done> sigaction(int signal, Runnable handler) {
    handlers.put(signal, handler);
    return done();
  }

  @Override
  public Step<Integer> alarm(int seconds) {
    return small("alarm", " " + seconds, () -> 0);
  }

  @Override
  public Step<Integer> setitimer(Duration interval) {
    return small("setitimer", " " + interval.toMillis(), () -> 0);
  }

  @Override
  public Step<Integer> nanosleep(Duration time) {
    return small("nanosleep", " " + time.toNanos(), () -> 0);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Step<T> exit(int code) {
    exitCode = code;
    return (Step<T>) Step.delay(1);
  }
}
