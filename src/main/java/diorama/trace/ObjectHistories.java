package diorama.trace;

import diorama.check.FailedInvalidation;
import diorama.check.History;
import diorama.check.Violation;
import diorama.check.Witness;
import diorama.kernel.tracepoint.Subject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lives of the objects that a violation is about.
 *
 * @param all the request, the request that was hit in its place, the dios that carried it, the page
 *     that could not be dropped and its buffer; those that there are, in this order
 */
public record ObjectHistories(List<ObjectHistory> all) {
  public ObjectHistories {
    all = List.copyOf(all);
  }

  /** Those of a violation, from the history that it was found in. */
  public static ObjectHistories of(History history, Violation violation) {
    Cast cast = Cast.of(history, violation);
    Set<Subject> subjects = new LinkedHashSet<>();
    add(subjects, cast.request());
    add(subjects, cast.victim());
    subjects.addAll(cast.dios());
    FailedInvalidation busy = cast.busy();
    if (busy != null) {
      add(subjects, busy.page());
      add(subjects, busy.buffer());
    }
    Set<Long> witnesses =
        violation.witnesses().stream().map(Witness::sequence).collect(Collectors.toSet());
    return new ObjectHistories(
        subjects.stream().map(s -> ObjectHistory.of(history, s, witnesses)).toList());
  }

  private static void add(Set<Subject> subjects, @Nullable Subject subject) {
    if (subject != null) {
      subjects.add(subject);
    }
  }

  /** All of them, an empty line between two. */
  public String text(TableStyle style) {
    return all.stream().map(one -> one.text(style)).collect(Collectors.joining("\n"));
  }
}
