package diorama.trace.export;

import static java.util.Objects.requireNonNull;

import diorama.kernel.sched.Context;
import diorama.trace.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A track for each context and each object: processes first, then kernel threads, interrupts, and
 * contexts that did nothing but take messages, each as they enter the record; objects after them.
 */
final class Tracks {
  /** A thread with the number of its process would be taken for its main thread. */
  private static final int FIRST = Track.MEMORY.pid() + 1;

  private final ContextNames names;
  private final Map<String, Track> contexts = new LinkedHashMap<>();
  private final Map<String, Track> objects = new LinkedHashMap<>();

  private Tracks(ContextNames names) {
    this.names = names;
  }

  /** The tracks that these marks need. */
  static Tracks of(List<Mark> marks, ContextNames names) {
    Tracks tracks = new Tracks(names);
    for (Context.Kind kind : Context.Kind.values()) {
      for (Mark mark : marks) {
        if (mark instanceof Mark.Entry seen && seen.entry().context().kind() == kind) {
          tracks.addContext(seen.entry().context().toString());
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (Mark mark : marks) {
      if (mark instanceof Mark.Sent sent) {
        Message m = sent.message();
        tracks.add(m.sender(), found);
        tracks.add(m.receiver(), found);
      }
    }
    for (String object : found) {
      int tid = FIRST + tracks.contexts.size() + tracks.objects.size();
      tracks.objects.computeIfAbsent(object, o -> new Track(Track.MEMORY.pid(), tid, name(o)));
    }
    return tracks;
  }

  /** The machine's own actor has the empty path. */
  private static String name(String object) {
    return object.isEmpty() ? "/" : object;
  }

  private void add(String actor, List<String> objectsFound) {
    String context = names.of(actor);
    if (context == null) {
      objectsFound.add(actor);
    } else {
      addContext(context);
    }
  }

  private void addContext(String name) {
    int tid = FIRST + contexts.size();
    contexts.computeIfAbsent(name, n -> new Track(Track.MACHINE.pid(), tid, n));
  }

  /** The track of a context that has one. */
  Track of(Context context) {
    return requireNonNull(contexts.get(context.toString()));
  }

  /** The track of an actor that has one. */
  Track of(String actor) {
    String context = names.of(actor);
    return context == null
        ? requireNonNull(objects.get(actor))
        : requireNonNull(contexts.get(context));
  }

  boolean isObject(String actor) {
    return names.of(actor) == null;
  }

  /** All tracks, from above. */
  List<Track> all() {
    List<Track> all = new ArrayList<>(contexts.values());
    all.addAll(objects.values());
    return all;
  }
}
