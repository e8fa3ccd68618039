package diorama.trace.export;

import static diorama.check.TracepointName.SYSCALL_ENTER;
import static diorama.check.TracepointName.SYSCALL_EXIT;

import diorama.check.Event;
import diorama.check.History;
import diorama.check.KernelReport;
import diorama.check.Recorded;
import diorama.check.Violation;
import diorama.kernel.tracepoint.Subject;
import diorama.trace.Message;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record in the Chrome trace-event format, which Perfetto opens: a track for each context with
 * its system calls as slices and its tracepoints as instants, a track for each object, an arrow for
 * each message, and a counter of the messages that wait for an object.
 *
 * <p>A viewer knows nothing but times, and in a seeded run much happens at one instant. What comes
 * later in the record is therefore drawn at least a nanosecond later, so that no arrow points
 * backwards; where that moves something, its argument {@code nanos} is when it really was.
 */
public final class ChromeTrace {
  private final TraceEvents events = new TraceEvents();
  private final OpenCalls calls = new OpenCalls(events);
  private final IdentityHashMap<Message, Integer> arrows = new IdentityHashMap<>();
  private final Tracks tracks;
  private final QueueDepths depths;
  private @Nullable Violation untold;

  private ChromeTrace(Tracks tracks, QueueDepths depths, @Nullable Violation violation) {
    this.tracks = tracks;
    this.depths = depths;
    this.untold = violation;
  }

  /**
   * The trace as one JSON document.
   *
   * @param messages what was handed over meanwhile, in that order
   * @param violation what was found, if anything
   * @param mostEvents about how many events to write; the names, what the violation rests on, and
   *     the calls around what is written come on top. What is left out is told in {@code otherData}
   *     and where the trace begins
   */
  public static String of(
      History history,
      List<Message> messages,
      @Nullable Violation violation,
      ContextNames names,
      int mostEvents) {
    List<Mark> marks = Timeline.of(history, messages, names);
    Selection selection = Selection.of(marks, violation, mostEvents);
    Tracks tracks = Tracks.of(selection.marks(), names);
    return new ChromeTrace(tracks, QueueDepths.of(marks), violation).write(history, selection);
  }

  private String write(History history, Selection selection) {
    nameTracks();
    List<Mark> marks = selection.marks();
    tellWhatIsLeftOut(selection);
    for (Mark mark : marks) {
      write(mark);
      tellViolationAfter(mark);
    }
    long end = marks.isEmpty() ? 0 : marks.get(marks.size() - 1).nanos() + 1;
    tellViolation(end);
    calls.endAll(end);
    return events.json(otherData(history, selection));
  }

  private void nameTracks() {
    for (Track process : List.of(Track.MACHINE, Track.MEMORY)) {
      events.name("process", process, process.name(), process.pid());
    }
    for (Track track : tracks.all()) {
      events.name("thread", track, track.name(), track.tid());
    }
  }

  private void tellWhatIsLeftOut(Selection selection) {
    if (!selection.marks().isEmpty() && selection.leftOut()) {
      events.globalInstant(
          "trace",
          Track.MACHINE,
          "left out: "
              + selection.entriesLeftOut()
              + " entries of the record, "
              + selection.messagesLeftOut()
              + " messages",
          selection.marks().get(0).nanos(),
          Map.of());
    }
  }

  private void write(Mark mark) {
    if (mark instanceof Mark.Sent sent) {
      Message m = sent.message();
      int arrow = arrows.size() + 1;
      arrows.put(m, arrow);
      Map<String, Object> args = args("to", m.receiver(), m, m.sentNanos(), mark);
      events.flowStart(tracks.of(m.sender()), m.what(), mark.nanos(), arrow, args);
      count(m, mark);
    } else if (mark instanceof Mark.Delivered delivered) {
      Message m = delivered.message();
      int arrow = arrows.getOrDefault(m, 0);
      Map<String, Object> args = args("from", m.sender(), m, m.deliveredNanos(), mark);
      events.flowEnd(tracks.of(m.receiver()), m.what(), mark.nanos(), arrow, args);
      count(m, mark);
    } else if (mark instanceof Mark.Entry seen) {
      write(seen.entry(), mark);
    }
  }

  private void count(Message m, Mark mark) {
    if (tracks.isObject(m.receiver())) {
      Track track = tracks.of(m.receiver());
      events.counter(track, "queue of " + m.receiver(), mark.nanos(), depths.after(mark));
    }
  }

  private void write(Recorded entry, Mark mark) {
    Track track = tracks.of(entry.context());
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("sequence", entry.sequence());
    if (entry instanceof KernelReport report) {
      args.put("printed", String.join("\n", report.lines()));
      args.put("call trace", String.join(", ", report.callTrace()));
      noteTime(args, entry.nanos(), mark);
      events.instant("report", track, report.headline(), mark.nanos(), args);
      if (report.kind().fatal()) {
        calls.die(track, mark.nanos());
      }
    } else if (entry instanceof Event event) {
      noteTime(args, entry.nanos(), mark);
      write(event, track, mark.nanos(), args);
    }
  }

  private void write(Event event, Track track, long nanos, Map<String, Object> args) {
    String detail = event.point().detail();
    if (event.is(SYSCALL_ENTER)) {
      calls.enter(track, detail, nanos, args);
    } else if (event.is(SYSCALL_EXIT)) {
      args.put("returned", event.point().a());
      calls.exit(track, detail.replaceFirst(" = .*", ""), nanos, args);
    } else {
      label(args, "subject", event.subject());
      label(args, "related", event.related());
      if (!detail.isEmpty()) {
        args.put("detail", detail);
      }
      events.instant("tracepoint", track, event.name(), nanos, args);
    }
  }

  private static void label(Map<String, Object> args, String key, @Nullable Subject subject) {
    if (subject != null) {
      args.put(key, subject.label());
    }
  }

  private static Map<String, Object> args(
      String key, String other, Message m, long nanos, Mark mark) {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put(key, other);
    args.put("sequence", m.sequence());
    noteTime(args, nanos, mark);
    return args;
  }

  private static void noteTime(Map<String, Object> args, long nanos, Mark mark) {
    if (nanos != mark.nanos()) {
      args.put("nanos", nanos);
    }
  }

  /** The violation is certain once the entry that made it so has been seen. */
  private void tellViolationAfter(Mark mark) {
    Violation violation = untold;
    if (violation != null
        && mark instanceof Mark.Entry seen
        && seen.entry().sequence() >= violation.sequence()) {
      tellViolation(mark.nanos());
    }
  }

  private void tellViolation(long nanos) {
    Violation violation = untold;
    if (violation != null) {
      Map<String, Object> args = new LinkedHashMap<>();
      args.put("race", violation.race());
      args.put("variant", violation.variant());
      args.put("sequence", violation.sequence());
      events.globalInstant("violation", Track.MACHINE, violation.id(), nanos, args);
    }
    untold = null;
  }

  private static Map<String, Object> otherData(History history, Selection selection) {
    Map<String, Object> other = new LinkedHashMap<>();
    other.put("entriesLeftOut", selection.entriesLeftOut());
    other.put("messagesLeftOut", selection.messagesLeftOut());
    other.put("recordCompleteFromEntry", history.rareFrom());
    other.put("pageEventsCompleteFromEntry", history.frequentFrom());
    return other;
  }
}
