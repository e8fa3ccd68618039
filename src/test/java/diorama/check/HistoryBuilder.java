package diorama.check;

import diorama.kernel.sched.Context;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Subject.Kind;
import diorama.kernel.tracepoint.Tracepoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a literal history down, one event a line. */
public final class HistoryBuilder {
  /** Memory with nothing but a name. */
  public record Memory(Kind kind, String label) implements Subject {}

  public final Context process = new Context(Context.Kind.PROCESS, "aio-dio", 312);
  public final Context reader = new Context(Context.Kind.PROCESS, "aio-dio", 313);
  public final Context interrupt = new Context(Context.Kind.INTERRUPT, "softirq", 0);
  public final Context journal = new Context(Context.Kind.KTHREAD, "kjournald", 97);
  public final Context pdflush = new Context(Context.Kind.KTHREAD, "pdflush", 41);
  public final Subject kiocb = new Memory(Kind.KIOCB, "kiocb 5#3");
  public final Subject next = new Memory(Kind.KIOCB, "kiocb 5#4");
  public final Subject dio = new Memory(Kind.DIO, "dio 2#9");
  public final Subject page = new Memory(Kind.PAGE, "page 12");
  public final Subject buffer = new Memory(Kind.BUFFER, "page 12 bh");

  private final List<Recorded> entries = new ArrayList<>();
  private long micros;

  /** The events from here on happen at this time. */
  public HistoryBuilder at(long microseconds) {
    micros = microseconds;
    return this;
  }

  /** Any event. */
  HistoryBuilder add(
      String name,
      Context context,
      @Nullable Subject subject,
      @Nullable Subject related,
      String format,
      long a,
      long b) {
    entries.add(
        new Event(
            entries.size() + 1L,
            micros * 1000,
            new Tracepoint(name, context, subject, related, format, a, b)));
    micros++;
    return this;
  }

  public HistoryBuilder event(String name, Context context, @Nullable Subject subject) {
    return add(name, context, subject, null, "", 0, 0);
  }

  /** A read or a write that begins or ends. */
  public HistoryBuilder transfer(
      String name, Context context, Subject transfer, @Nullable Subject request, long ret) {
    return add(name, context, transfer, request, "returns %d", ret, 0);
  }

  /** The same in other words. */
  public HistoryBuilder transfer(
      String name,
      Context context,
      Subject transfer,
      @Nullable Subject request,
      long ret,
      String format) {
    return add(name, context, transfer, request, format, ret, 0);
  }

  public HistoryBuilder enters(Context context, String call) {
    return add("syscall enter", context, null, null, call, 0, 0);
  }

  public HistoryBuilder returns(Context context, long result) {
    return add("syscall exit", context, null, null, "sys_io_submit = %d", result, 0);
  }

  public HistoryBuilder accepted(Context context, Subject request) {
    return add("aio_get_req", context, request, null, "ki_users=%d", 2, 0);
  }

  public HistoryBuilder bios(Context context, int count) {
    for (int i = 0; i < count; i++) {
      add("dio_bio_submit", context, dio, null, "refcount=%d", i + 2L, 0);
    }
    return this;
  }

  public HistoryBuilder biosDone(int count, int left) {
    for (int i = 1; i <= count; i++) {
      add("dio_bio_end_aio", interrupt, dio, null, "refcount=%d", left + count - i, 0);
    }
    return this;
  }

  public HistoryBuilder retryReturns(Context context, Subject request, long result) {
    return add("aio_run_iocb: returned", context, request, null, "%d", result, 0);
  }

  /** aio_complete with the event that it stores. */
  public HistoryBuilder completes(
      Context context, Subject pointer, Subject named, long result, long users) {
    add("aio_complete", context, pointer, null, "res=%d ki_users=%d", result, users);
    return add("event", context, named, null, "res=%d", result, 0);
  }

  public HistoryBuilder puts(Context context, Subject request, long users) {
    return add("aio_put_req", context, request, null, "ki_users=%d", users, 0);
  }

  public HistoryBuilder frees(Context context, Subject request) {
    return event("kmem_cache_free kiocb", context, request);
  }

  public HistoryBuilder stale(Context context, Subject pointer, @Nullable Subject live) {
    return add("use after free", context, pointer, live, "kiocb is FREED", 0, 0);
  }

  public HistoryBuilder reads(Context context, Subject request, long result) {
    return add("io_getevents: read", context, request, null, "res=%d", result, 0);
  }

  public HistoryBuilder phase(String state) {
    return add(
        "commit: phase",
        journal,
        new Memory(Kind.TRANSACTION, "transaction 4"),
        null,
        state + " t_updates=%d",
        0,
        0);
  }

  public HistoryBuilder getBh(Context context, long count) {
    return add("get_bh", context, buffer, null, "b_count=%d", count, 0);
  }

  public HistoryBuilder putBh(Context context, long count) {
    return add("put_bh", context, buffer, null, "b_count=%d", count, 0);
  }

  public HistoryBuilder busy(Context context, long count, long state) {
    return add(
        "drop_buffers: busy", context, page, buffer, "b_count=%1$d state=%2$d", count, state);
  }

  /** An invalidator finds nothing left to take out, and a journal_head all the same. */
  public HistoryBuilder staysWithJournal(Context invalidator) {
    return add("journal_try_to_free_buffer: busy", invalidator, buffer, null, "b_jcount", 0, 0);
  }

  public HistoryBuilder syncFails(Context context, Subject request, long error) {
    return add("generic_osync_inode: error", context, request, null, "%d", error, 0);
  }

  public HistoryBuilder bioFailed(long error) {
    return add("dio->io_error", interrupt, dio, null, "%d", error, 0);
  }

  public HistoryBuilder report(
      KernelReport.Kind kind, Context context, List<String> trace, List<String> lines) {
    entries.add(new KernelReport(entries.size() + 1L, micros * 1000, kind, context, trace, lines));
    micros++;
    return this;
  }

  /** BUG() in aio.c, as the kernel prints it. */
  public HistoryBuilder bug(Context context, List<String> trace) {
    List<String> lines = new ArrayList<>();
    lines.add("------------[ cut here ]------------");
    lines.add("kernel BUG at fs/aio.c:512!");
    lines.add("invalid opcode: 0000 [#1]");
    lines.add("EIP is at " + trace.get(0));
    lines.add("Process " + context.comm() + " (pid: " + context.pid() + ")");
    lines.add("Call Trace:");
    trace.forEach(function -> lines.add(" " + function));
    if (context.inInterrupt()) {
      lines.add("Kernel panic - not syncing: Fatal exception in interrupt");
    }
    return report(
        context.inInterrupt() ? KernelReport.Kind.PANIC : KernelReport.Kind.OOPS,
        context,
        trace,
        lines);
  }

  /** The pages before the one that will fail are dropped. */
  public HistoryBuilder pagesDropped(Context context, int count) {
    for (int i = 0; i < count; i++) {
      Subject other = new Memory(Kind.PAGE, "page " + i);
      event("drop_buffers", context, other);
      event("__remove_from_page_cache", context, other);
    }
    return this;
  }

  /** kjournald reaches the wait loop of its commit and sleeps on the buffer: F1 begins. */
  public HistoryBuilder journalWaits() {
    event("journal_submit_data_buffers: BJ_Locked", journal, buffer);
    getBh(journal, 2);
    return event("wait_on_buffer", journal, buffer);
  }

  /** The buffer's I/O ends and the invalidator takes it off the journal's list. */
  public HistoryBuilder writtenAndUnfiled(Context invalidator) {
    event("unlock_buffer", interrupt, buffer);
    event("end_page_writeback", interrupt, page);
    event("journal_try_to_free_buffer: unfiled", invalidator, buffer);
    return putBh(invalidator, 1);
  }

  public History build() {
    return History.of(entries);
  }
}
