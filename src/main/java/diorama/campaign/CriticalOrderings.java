package diorama.campaign;

import diorama.engine.seeded.Lane;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The few pairs of steps whose exchange makes an anomaly go away, found by trying: two contexts,
 * one object.
 */
final class CriticalOrderings {
  private record Pair(int first, int second) {
    /** Whether this order follows from the other and from the order within each context. */
    boolean follows(Pair other, List<ScheduledStep> steps) {
      return !equals(other)
          && steps.get(first).source() == steps.get(other.first).source()
          && steps.get(second).source() == steps.get(other.second).source()
          && first <= other.first
          && other.second <= second;
    }
  }

  /** Steps on one object, all of one context, and a later one of another. */
  private record Question(List<Integer> firsts, int second) {}

  /** The answer, and how many runs it took. */
  private record Answer(Optional<Pair> pair, int runs) {}

  /** More runs are not made: a schedule that needs them is too long to be understood this way. */
  private static final int MOST = 4_000;

  /** How many steps are looked at before it is asked whether there were enough runs. */
  private static final int STEPS = 16;

  private final Trials trials;
  private final Trial shown;
  private boolean all = true;

  /**
   * @param shown the run whose orderings are wanted
   */
  CriticalOrderings(Trials trials, Trial shown) {
    this.trials = trials;
    this.shown = shown;
  }

  /** Whether all steps were looked at, and not only the last ones. */
  boolean areAll() {
    return all;
  }

  /**
   * Finds them, from the last step to the first; they are returned in the order of the run. Those
   * that read the same, of one page and the next, are one.
   */
  List<Ordering> find() {
    List<ScheduledStep> steps = trials.each(List.of(shown), this::steps).get(0);
    List<Pair> critical = new ArrayList<>();
    int runs = 0;
    int end = steps.size();
    while (end > 1 && runs < MOST) {
      int start = Math.max(1, end - STEPS);
      List<Answer> answers = trials.each(questions(steps, start, end), answer(steps));
      answers.stream().map(Answer::pair).flatMap(Optional::stream).forEach(critical::add);
      runs += answers.stream().mapToInt(Answer::runs).sum();
      end = start;
    }
    all = end <= 1;
    return critical.stream()
        .filter(pair -> critical.stream().noneMatch(other -> pair.follows(other, steps)))
        .sorted(Comparator.comparingInt(Pair::second).thenComparingInt(Pair::first))
        .map(pair -> ordering(steps, pair))
        .distinct()
        .toList();
  }

  private List<ScheduledStep> steps(Lane lane, Trial run) {
    StepLog log = new StepLog();
    trials.watched(lane, run, Watching.NOBODY.steps(log));
    return log.steps().subList(0, Math.min(run.choices().size(), log.size()));
  }

  private static List<Question> questions(List<ScheduledStep> steps, int from, int to) {
    List<Question> questions = new ArrayList<>();
    for (int second = from; second < to; second++) {
      for (List<Integer> firsts : before(steps, second)) {
        questions.add(new Question(firsts, second));
      }
    }
    return questions;
  }

  private Trials.OnLane<Question, Answer> answer(List<ScheduledStep> steps) {
    return (lane, question) -> new Asking(lane, steps).answer(question);
  }

  /** The earlier steps on the same object, for each of the other contexts. */
  private static Collection<List<Integer>> before(List<ScheduledStep> steps, int second) {
    Map<Long, List<Integer>> firsts = new LinkedHashMap<>();
    ScheduledStep later = steps.get(second);
    for (int i = 0; i < second; i++) {
      ScheduledStep earlier = steps.get(i);
      if (earlier.target() == later.target()
          && earlier.source() != later.source()
          && earlier.isCall()
          && later.isCall()) {
        firsts.computeIfAbsent(earlier.source(), s -> new ArrayList<>()).add(i);
      }
    }
    return firsts.values();
  }

  /** Tries exchanges on one lane. */
  private final class Asking {
    private final Lane lane;
    private final List<ScheduledStep> steps;
    private int runs;

    Asking(Lane lane, List<ScheduledStep> steps) {
      this.lane = lane;
      this.steps = steps;
    }

    Answer answer(Question question) {
      int latest = latest(question.firsts, question.second);
      boolean critical = latest >= 0 && canBeExchanged(latest, question.second);
      return new Answer(
          critical ? Optional.of(new Pair(latest, question.second)) : Optional.empty(), runs);
    }

    /**
     * The latest of some steps that must not come after another one, or -1. What comes later in a
     * context implies what comes earlier, so that it is searched for by halves.
     */
    private int latest(List<Integer> firsts, int second) {
      int low = 0;
      int high = firsts.size();
      while (low < high) {
        int middle = (low + high) / 2;
        if (isCritical(firsts.get(middle), second)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low == 0 ? -1 : firsts.get(low - 1);
    }

    private boolean isCritical(int first, int second) {
      runs++;
      Choices exchanged = shown.choices().exchanged(first, second);
      return trials.directed(lane, shown.number(), exchanged).isEmpty();
    }

    /**
     * Whether the later step can come first at all: what it needs may need the earlier one, and
     * then their order is no accident.
     */
    private boolean canBeExchanged(int first, int second) {
      runs++;
      StepLog log = new StepLog();
      Trial exchanged = new Trial(shown.number(), shown.choices().exchanged(first, second));
      trials.watched(lane, exchanged, Watching.NOBODY.steps(log));
      List<ScheduledStep> changed = log.steps();
      int later = sameStep(steps, second, changed);
      int earlier = sameStep(steps, first, changed);
      return later >= 0 && (earlier < 0 || later < earlier);
    }
  }

  /** Where the same context does the same, counted in its own steps, in another run; or -1. */
  private static int sameStep(List<ScheduledStep> steps, int at, List<ScheduledStep> other) {
    ScheduledStep step = steps.get(at);
    long before = steps.subList(0, at).stream().filter(s -> s.source() == step.source()).count();
    for (int i = 0; i < other.size(); i++) {
      if (other.get(i).source() == step.source() && before-- == 0) {
        return other.get(i).target() == step.target() ? i : -1;
      }
    }
    return -1;
  }

  private static Ordering ordering(List<ScheduledStep> steps, Pair pair) {
    ScheduledStep first = steps.get(pair.first);
    ScheduledStep second = steps.get(pair.second);
    return new Ordering(
        context(steps, first.source()),
        first.name(),
        context(steps, second.source()),
        second.name());
  }

  /**
   * What the context is called whose steps those of a source are: one without a tracepoint is
   * called what its actor is.
   */
  private static String context(List<ScheduledStep> steps, long source) {
    List<ScheduledStep> own = steps.stream().filter(step -> step.source() == source).toList();
    return own.stream()
        .map(ScheduledStep::context)
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElseGet(() -> own.get(0).actor());
  }
}
