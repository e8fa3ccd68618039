package diorama.kernel.mm;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.fs.File;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.LockClass;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.Step.Waiting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All {@link MmStruct} of a machine: their protocol, and the step that makes each call. */
public final class MmActor {
  private static final MmActor OBJECT = new MmActor();

  private MmActor() {}

  /** The actor that looks after the memory of every process of a machine. */
  public static Behavior<Command> create() {
    return ObjectActor.of(OBJECT);
  }

  /** What is asked of an address space of a process. */
  public sealed interface Command extends Request<MmActor> {}

  /** A mapping, or none. */
  public record FoundVma(@Nullable Vma vma) {}

  /** Mappings, or nothing where they cannot be had. */
  record Detached(@Nullable List<Vma> vmas) {}

  record DownRead(Caller<Done> caller, MmStruct mm) implements Command {
    @Override
    public void execute(MmActor all) {
      mm.mmapSem.downRead(caller);
    }
  }

  record UpRead(Caller<Done> caller, MmStruct mm) implements Command {
    @Override
    public void execute(MmActor all) {
      mm.mmapSem.upRead();
      caller.answer(Done.DONE);
    }
  }

  record DownWrite(Caller<Done> caller, MmStruct mm) implements Command {
    @Override
    public void execute(MmActor all) {
      mm.mmapSem.downWrite(caller);
    }
  }

  record UpWrite(Caller<Done> caller, MmStruct mm) implements Command {
    @Override
    public void execute(MmActor all) {
      mm.mmapSem.upWrite();
      caller.answer(Done.DONE);
    }
  }

  record FindVma(Caller<FoundVma> caller, MmStruct mm, long address) implements Command {
    @Override
    public void execute(MmActor all) {
      caller.answer(new FoundVma(mm.findVma(address)));
    }
  }

  record Insert(Caller<Vma> caller, MmStruct mm, File file, long length, long pgoff)
      implements Command {
    @Override
    public void execute(MmActor all) {
      caller.answer(mm.insert(file, length, pgoff));
    }
  }

  record Detach(Caller<Detached> caller, MmStruct mm, long start, long end) implements Command {
    @Override
    public void execute(MmActor all) {
      caller.answer(new Detached(mm.detach(start, end)));
    }
  }

  record LoadWord(Caller<Long> caller, MmStruct mm, int word) implements Command {
    @Override
    public void execute(MmActor all) {
      caller.answer(mm.load(word));
    }
  }

  record StoreWord(Caller<Done> caller, MmStruct mm, int word, long value) implements Command {
    @Override
    public void execute(MmActor all) {
      mm.store(word, value);
      caller.answer(Done.DONE);
    }
  }

  record IsTouched(Caller<Boolean> caller, MmStruct mm, long address) implements Command {
    @Override
    public void execute(MmActor all) {
      caller.answer(mm.isTouched(address));
    }
  }

  record Touch(Caller<Done> caller, MmStruct mm, long address) implements Command {
    @Override
    public void execute(MmActor all) {
      mm.touch(address);
      caller.answer(Done.DONE);
    }
  }

  /** Whether a page of the process's own memory is present: what the processor finds. */
  static Step<Boolean> isTouched(ActorRef<Command> mms, MmStruct mm, long address) {
    return Step.call(mms, c -> new IsTouched(c, mm, address));
  }

  /** The locked part of {@code do_anonymous_page}. */
  static Step<Done> touch(ActorRef<Command> mms, MmStruct mm, long address) {
    return Step.call(mms, c -> new Touch(c, mm, address));
  }

  /** {@code down_read(&mm->mmap_sem)}. */
  static Step<Done> downRead(ActorRef<Command> mms, MmStruct mm) {
    return Step.acquire(LockClass.MMAP_SEM, Waiting.UNINTERRUPTIBLE, mms, c -> new DownRead(c, mm));
  }

  /** {@code up_read(&mm->mmap_sem)}. */
  static Step<Done> upRead(ActorRef<Command> mms, MmStruct mm) {
    return Step.release(LockClass.MMAP_SEM, mms, c -> new UpRead(c, mm));
  }

  /** {@code down_write(&mm->mmap_sem)}. */
  static Step<Done> downWrite(ActorRef<Command> mms, MmStruct mm) {
    return Step.acquire(
        LockClass.MMAP_SEM, Waiting.UNINTERRUPTIBLE, mms, c -> new DownWrite(c, mm));
  }

  /** {@code up_write(&mm->mmap_sem)}. */
  static Step<Done> upWrite(ActorRef<Command> mms, MmStruct mm) {
    return Step.release(LockClass.MMAP_SEM, mms, c -> new UpWrite(c, mm));
  }

  /** {@code find_vma} under mmap_sem; without it, how the processor finds a page table. */
  static Step<FoundVma> findVma(ActorRef<Command> mms, MmStruct mm, long address) {
    return Step.call(mms, c -> new FindVma(c, mm, address));
  }

  /** {@code get_unmapped_area} and {@code vma_link}, under mmap_sem for writing. */
  static Step<Vma> insert(ActorRef<Command> mms, MmStruct mm, File file, long length, long pgoff) {
    return Step.call(mms, c -> new Insert(c, mm, file, length, pgoff));
  }

  /** A load of a word that the threads of a process share. */
  static Step<Long> loadWord(ActorRef<Command> mms, MmStruct mm, int word) {
    return Step.call(mms, c -> new LoadWord(c, mm, word));
  }

  /** A store to such a word. */
  static Step<Done> storeWord(ActorRef<Command> mms, MmStruct mm, int word, long value) {
    return Step.call(mms, c -> new StoreWord(c, mm, word, value));
  }

  /** {@code detach_vmas_to_be_unmapped}, under mmap_sem for writing. */
  static Step<Detached> detach(ActorRef<Command> mms, MmStruct mm, long start, long end) {
    return Step.call(mms, c -> new Detach(c, mm, start, end));
  }
}
