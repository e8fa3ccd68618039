package diorama.trace.export;

import diorama.check.History;
import diorama.trace.InterleavingTable;
import diorama.trace.InterleavingTable.Row;
import diorama.trace.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table follow from rows of other contexts, because messages lead from the one to
 * the other: directly, or through objects that both called.
 *
 * <p>Each actor keeps the last row of each context that it can know of, and messages carry that
 * along, as vector clocks do. A row happens where its context is then: in the object that it called
 * and that has not answered yet. No time decides what the stamps decide.
 */
public final class Causes {
  private final InterleavingTable table;
  private final ContextNames names;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<Long, Integer> rows = new HashMap<>();
  private final Map<String, Knowledge> actors = new HashMap<>();
  private final IdentityHashMap<Message, Knowledge> underWay = new IdentityHashMap<>();
  private final List<Place> places = new ArrayList<>();
  private final List<Knowledge> ofRows = new ArrayList<>();
  private final List<Cause> causes = new ArrayList<>();

  /**
   * Where a context is.
   *
   * @param own its own actor, if there is a message from or to it
   * @param call the last thing that it told somebody, as long as it was told nothing since
   * @param known what it knew at its last row
   */
  private record Place(@Nullable String own, @Nullable Message call, Knowledge known) {
    Place at(@Nullable Message lastCall) {
      return new Place(own, lastCall, known);
    }
  }

  private Causes(InterleavingTable table, List<Message> messages, ContextNames names) {
    this.table = table;
    this.names = names;
    for (int i = 0; i < table.columns().size(); i++) {
      columns.put(table.columns().get(i).context().toString(), i);
      places.add(new Place(null, null, nothing()));
    }
    for (int i = 0; i < table.rows().size(); i++) {
      rows.put(table.rows().get(i).sequence(), i);
      ofRows.add(nothing());
    }
    for (Message m : messages) {
      introduce(m.sender());
      introduce(m.receiver());
    }
  }

  private void introduce(String actor) {
    Integer column = column(actor);
    if (column != null) {
      places.set(column, new Place(actor, null, nothing()));
    }
  }

  /**
   * The causes among the rows of a table, in the order of the rows. Of what a row follows from, the
   * rows are named that its context did not know before, and only those that do not follow from one
   * another.
   *
   * @param history what the table was made of
   * @param messages what was handed over meanwhile, in that order
   */
  public static List<Cause> of(
      History history, InterleavingTable table, List<Message> messages, ContextNames names) {
    Causes causes = new Causes(table, messages, names);
    for (Mark mark : Timeline.of(history, messages, names)) {
      causes.see(mark);
    }
    return List.copyOf(causes.causes);
  }

  private void see(Mark mark) {
    if (mark instanceof Mark.Sent sent) {
      send(sent.message());
    } else if (mark instanceof Mark.Delivered delivered) {
      deliver(delivered.message());
    } else if (mark instanceof Mark.Entry seen) {
      Integer row = rows.get(seen.entry().sequence());
      if (row != null) {
        happen(row, table.rows().get(row));
      }
    }
  }

  private void send(Message message) {
    Knowledge carried = actor(message.sender()).copy();
    Integer column = column(message.sender());
    if (column != null && carried.news(column).isEmpty()) {
      carried.learn(column, carried.row(column), news(message));
    }
    underWay.put(message, carried);
  }

  private String news(Message message) {
    String receiver = message.receiver();
    return names.of(receiver) == null ? message.what() + " to " + receiver : message.what();
  }

  private void deliver(Message message) {
    Knowledge carried = underWay.remove(message);
    if (carried != null) {
      actor(message.receiver()).learn(carried);
    }
    Integer from = column(message.sender());
    if (from != null) {
      places.set(from, places.get(from).at(message));
    }
    Integer to = column(message.receiver());
    if (to != null) {
      places.set(to, places.get(to).at(null));
    }
  }

  private void happen(int number, Row row) {
    Place place = places.get(row.column());
    Knowledge now = place.known().copy();
    if (place.own() != null) {
      now.learn(actor(place.own()));
    }
    if (place.call() != null) {
      now.learn(actor(place.call().receiver()));
    }
    tellCauses(place.known(), now, row);
    now.learn(row.column(), number, "");
    ofRows.set(number, now);
    places.set(row.column(), new Place(place.own(), place.call(), now));
    if (place.own() != null) {
      actor(place.own()).learn(now);
    }
    if (place.call() != null) {
      Knowledge there = actor(place.call().receiver());
      there.learn(now);
      there.learn(row.column(), number, news(place.call()));
    }
  }

  private void tellCauses(Knowledge before, Knowledge now, Row row) {
    for (int context = 0; context < places.size(); context++) {
      if (context != row.column()
          && isNews(context, before, now)
          && !isImplied(context, row, before, now)) {
        Row cause = table.rows().get(now.row(context));
        causes.add(new Cause(cause.sequence(), row.sequence(), now.news(context)));
      }
    }
  }

  private static boolean isNews(int context, Knowledge before, Knowledge now) {
    return now.row(context) > before.row(context);
  }

  /** Whether it is known already because a third context, which is news as well, knew it. */
  private boolean isImplied(int context, Row row, Knowledge before, Knowledge now) {
    for (int other = 0; other < places.size(); other++) {
      if (other != context
          && other != row.column()
          && isNews(other, before, now)
          && ofRows.get(now.row(other)).row(context) >= now.row(context)) {
        return true;
      }
    }
    return false;
  }

  private Knowledge nothing() {
    return Knowledge.none(table.columns().size());
  }

  private Knowledge actor(String path) {
    return actors.computeIfAbsent(path, p -> nothing());
  }

  private @Nullable Integer column(String actor) {
    String context = names.of(actor);
    return context == null ? null : columns.get(context);
  }
}
