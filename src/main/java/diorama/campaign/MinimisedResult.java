package diorama.campaign;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import diorama.trace.Explanation;
import diorama.trace.TableStyle;
import java.util.List;

/**
 * The smallest run that was found to show what a trace shows.
 *
 * @param id what is violated
 * @param race what causes it, empty if unknown
 * @param variant in which form, empty if unknown
 * @param systemCalls how many its programs make, besides those that open and set up
 * @param systemCallsBefore how many the programs of the trace made
 * @param workload what its programs do, line by line
 * @param switches from one context to another
 * @param switchesBefore in the trace
 * @param rows of the interleaving table
 * @param criticalOrderings pairs of steps whose exchange makes the violation go away
 * @param allOrderings whether these are all; if not, the run is long and they are the last ones
 * @param schedulesTried to make the workload smaller
 * @param pruningsTried to make the schedule simpler
 * @param explanation of the run
 */
@JsonPropertyOrder({
  "id",
  "race",
  "variant",
  "systemCalls",
  "systemCallsBefore",
  "workload",
  "switches",
  "switchesBefore",
  "rows",
  "criticalOrderings",
  "allOrderings",
  "schedulesTried",
  "pruningsTried"
})
public record MinimisedResult(
    String id,
    String race,
    String variant,
    int systemCalls,
    int systemCallsBefore,
    List<String> workload,
    int switches,
    int switchesBefore,
    int rows,
    List<Ordering> criticalOrderings,
    boolean allOrderings,
    long schedulesTried,
    int pruningsTried,
    @JsonIgnore Explanation explanation) {
  /** A table of more rows is hard to follow. */
  private static final int ROWS = 20;

  static MinimisedResult of(Minimised minimised, Workload before, Choices choicesBefore) {
    Explanation explanation = minimised.explanation().atMost(ROWS);
    return new MinimisedResult(
        minimised.anomaly().id(),
        Tally.known(minimised.anomaly().race()),
        Tally.known(explanation.violation().variant()),
        minimised.workload().calls(),
        before.calls(),
        minimised.workload().lines(),
        minimised.shown().choices().switches(),
        choicesBefore.switches(),
        explanation.table().rows().size(),
        minimised.orderings(),
        minimised.areAll(),
        minimised.schedulesTried(),
        minimised.pruningsTried(),
        explanation);
  }

  /** The explanation as text, line by line. */
  public List<String> explained(TableStyle style) {
    return explanation.text(style).lines().toList();
  }
}
