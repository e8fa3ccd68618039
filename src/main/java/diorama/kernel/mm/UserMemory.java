package diorama.kernel.mm;

import static diorama.kernel.sched.Step.done;
import static diorama.kernel.sched.Step.function;
import static diorama.kernel.sched.Step.loop;

import diorama.kernel.data.Content;
import diorama.kernel.mm.PageTables.Access;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import org.jspecify.annotations.Nullable;

/**
 * Loads and stores to mapped addresses, by programs and by {@code copy_from_user}, and {@code
 * do_page_fault} of arch/i386/mm/fault.c (2.6.20).
 */
public final class UserMemory {
  private final Memory memory;

  /** The accesses of one machine. */
  public UserMemory(Memory memory) {
    this.memory = memory;
  }

  /** How an access ended. */
  public enum Fault {
    NONE,
    /** Nothing is mapped there, or it may not be written. */
    SIGSEGV,
    /** Behind the end of the file, or the page cannot be read. */
    SIGBUS
  }

  /**
   * A load.
   *
   * @param page the page that the address lies in, as it was at that moment; zeros after a fault
   */
  public record Loaded(Fault fault, Content page) {}

  private static final Content NOTHING = Content.zeros(Page.SECTORS);

  /** Loads from the page that an address lies in; faults as often as it takes. */
  public Step<Loaded> load(MmStruct mm, long address) {
    Loaded[] loaded = {new Loaded(Fault.NONE, NOTHING)};
    return loop(() ->
            MmActor.findVma(memory.mms(), mm, address)
                .then(
                    found ->
                        found.vma() == null
                            ? done(new PageTableCalls.Loaded(null))
                            : PageTableCalls.load(found.vma(), found.vma().index(address)))
                .then(
                    at -> {
                      Content page = at.page();
                      if (page != null) {
                        loaded[0] = new Loaded(Fault.NONE, page);
                        return done(false);
                      }
                      return doPageFault(mm, address, false)
                          .map(
                              fault -> {
                                loaded[0] = new Loaded(fault, NOTHING);
                                return fault == Fault.NONE;
                              });
                    }))
        .map(d -> loaded[0]);
  }

  /**
   * Stores bytes that lie in one page.
   *
   * @param source where they come from
   * @param sourceOffset where in it they begin
   */
  public Step<Fault> store(
      MmStruct mm, long address, Content source, long sourceOffset, int bytes) {
    Fault[] ended = {Fault.NONE};
    int offset = (int) (address & (Page.SIZE - 1));
    return loop(() ->
            MmActor.findVma(memory.mms(), mm, address)
                .then(
                    found ->
                        found.vma() == null
                            ? done(Access.NOT_PRESENT)
                            : PageTableCalls.store(
                                found.vma(),
                                found.vma().index(address),
                                offset,
                                source,
                                sourceOffset,
                                bytes))
                .then(
                    access ->
                        access == Access.DONE
                            ? done(false)
                            : doPageFault(mm, address, true)
                                .map(
                                    fault -> {
                                      ended[0] = fault;
                                      return fault == Fault.NONE;
                                    })))
        .map(d -> ended[0]);
  }

  /** {@code do_page_fault}, arch/i386/mm/fault.c (2.6.20): takes mmap_sem for reading. */
  private Step<Fault> doPageFault(MmStruct mm, long address, boolean write) {
    return function(
        "do_page_fault",
        () ->
            MmActor.downRead(memory.mms(), mm)
                .then(() -> MmActor.findVma(memory.mms(), mm, address))
                .then(found -> faultIn(found.vma(), address, write))
                .alsoDo(() -> MmActor.upRead(memory.mms(), mm)));
  }

  private Step<Fault> faultIn(@Nullable Vma vma, long address, boolean write) {
    if (vma == null || (write && !vma.writable())) {
      return done(Fault.SIGSEGV);
    }
    return memory
        .handleMmFault(vma, address, write)
        .map(handled -> handled ? Fault.NONE : Fault.SIGBUS);
  }

  /**
   * {@code fault_in_pages_readable}, linux/pagemap.h (2.6.20): touches the first and the last byte,
   * so that the copy that follows need not fault, unless the pages go again.
   */
  public Step<Fault> faultInPagesReadable(MmStruct mm, long address, long bytes) {
    long last = address + Math.max(1, bytes) - 1;
    return load(mm, address)
        .then(
            first ->
                first.fault() != Fault.NONE || last >> Page.SHIFT == address >> Page.SHIFT
                    ? done(first.fault())
                    : load(mm, last).map(Loaded::fault));
  }

  /**
   * A load with page faults disabled: it does not bring in what is not mapped.
   *
   * @return SIGSEGV where no page is present, whatever the reason
   */
  public Step<Loaded> loadAtomic(MmStruct mm, long address) {
    return MmActor.findVma(memory.mms(), mm, address)
        .then(
            found ->
                found.vma() == null
                    ? done(new PageTableCalls.Loaded(null))
                    : PageTableCalls.load(found.vma(), found.vma().index(address)))
        .map(
            at ->
                at.page() == null
                    ? new Loaded(Fault.SIGSEGV, NOTHING)
                    : new Loaded(Fault.NONE, at.page()));
  }

  /** Whether a page of the process's own memory is present. */
  public Step<Boolean> isTouched(MmStruct mm, long address) {
    return MmActor.isTouched(memory.mms(), mm, address);
  }

  /** A load from the process's own memory: {@code do_anonymous_page} where no page is present. */
  public Step<Done> touch(MmStruct mm, long address) {
    return isTouched(mm, address)
        .then(
            present ->
                Step.when(
                    !present,
                    () ->
                        function(
                            "do_page_fault",
                            () ->
                                MmActor.downRead(memory.mms(), mm)
                                    .then(() -> MmActor.touch(memory.mms(), mm, address))
                                    .alsoDo(() -> MmActor.upRead(memory.mms(), mm)))));
  }

  /** A load of a word of the process's own memory, which its threads share. */
  public Step<Long> loadWord(MmStruct mm, int word) {
    return MmActor.loadWord(memory.mms(), mm, word);
  }

  /** A store to such a word. */
  public Step<Done> storeWord(MmStruct mm, int word, long value) {
    return MmActor.storeWord(memory.mms(), mm, word, value);
  }

  /** {@code find_vma} for what only wants to know which file lies at an address. */
  public Step<MmActor.FoundVma> at(MmStruct mm, long address) {
    return MmActor.findVma(memory.mms(), mm, address);
  }
}
