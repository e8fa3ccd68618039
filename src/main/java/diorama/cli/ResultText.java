package diorama.cli;

import diorama.campaign.Absent;
import diorama.campaign.KernelResult;
import diorama.campaign.Outcome;
import diorama.campaign.RunResult;
import diorama.campaign.ViolationResult;
import diorama.config.Expectation;
import diorama.config.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** A run's result as a person reads it. */
final class ResultText {
  private final Style style;
  private final BiPredicate<String, String> shownBefore;

  /**
   * A writer of results.
   *
   * @param shownBefore whether a kernel's violation has been explained already
   */
  ResultText(Style style, BiPredicate<String, String> shownBefore) {
    this.style = style;
    this.shownBefore = shownBefore;
  }

  List<String> of(RunResult result) {
    List<String> lines = new ArrayList<>();
    for (KernelResult kernel : result.kernels()) {
      for (ViolationResult violation : kernel.violations()) {
        if (!violation.explanation().isEmpty()
            && !shownBefore.test(kernel.kernel(), violation.id())) {
          lines.addAll(violation.explanation());
          lines.add("");
        }
      }
    }
    result.kernels().forEach(kernel -> lines.addAll(of(kernel)));
    lines.add(
        (result.interrupted() ? "interrupted; until then " : "")
            + outcome(result.outcome())
            + " (engine "
            + result.engine()
            + ", seed "
            + result.seed()
            + ", "
            + scale(result.timeScale())
            + ")");
    return lines;
  }

  static String scale(double timeScale) {
    String name = "time.scale " + plain(timeScale);
    return timeScale == 1
        ? name + ": real time"
        : timeScale < 1
            ? name + ": kernel intervals run " + plain(1 / timeScale) + " times faster"
            : name + ": kernel intervals run " + plain(timeScale) + " times slower";
  }

  private static String plain(double number) {
    double rounded = Math.rint(number * 1e4) / 1e4;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }

  private List<String> of(KernelResult kernel) {
    List<String> lines = new ArrayList<>();
    lines.add(style.strong(kernel.kernel()) + "  " + outcome(kernel.outcome()));
    lines.add(
        style.faint(
            String.format(
                Locale.ROOT,
                "  %s on %s%s, %s%s",
                Prose.seconds(kernel.elapsedSeconds()),
                Prose.count(kernel.machines(), "machine"),
                kernel.replaced() == 0
                    ? ""
                    : " (" + Prose.count(kernel.replaced()) + " died and were replaced)",
                Prose.count(kernel.deliveries(), "delivery"),
                operations(kernel.operations()))));
    kernel.violations().forEach(violation -> lines.addAll(of(violation)));
    kernel.absent().forEach(absent -> lines.add(of(absent)));
    lines.add("");
    return lines;
  }

  private static String operations(Map<String, Long> operations) {
    return operations.entrySet().stream()
        .map(e -> ", " + e.getKey() + " " + Prose.count(e.getValue()))
        .collect(Collectors.joining());
  }

  private List<String> of(ViolationResult seen) {
    List<String> lines = new ArrayList<>();
    String what =
        String.format(
            Locale.ROOT,
            "  seen    %s: %s%s; first after %s",
            seen.id(),
            Prose.count(seen.count()),
            rate(seen),
            Prose.seconds(seen.firstSeconds()));
    boolean wrong = seen.expectation() == Expectation.NEVER;
    lines.add((wrong ? style.bad(what) : what) + " (" + expected(seen.expectation()) + ")");
    if (!seen.race().isEmpty()) {
      lines.add("          race " + seen.race());
    }
    seen.variants()
        .forEach((variant, count) -> lines.add("          " + variant + " " + Prose.count(count)));
    if (!seen.trace().isEmpty()) {
      lines.add("          trace " + seen.trace());
    }
    return lines;
  }

  private static String rate(ViolationResult seen) {
    return seen.opportunities() == 0
        ? ", in opportunities that nobody counted"
        : String.format(
            Locale.ROOT,
            " in %s; rate %s, at 95 %% between %s and %s",
            Prose.count(seen.opportunities(), "opportunity"),
            Prose.rate(seen.rate()),
            Prose.rate(seen.rateLow95()),
            Prose.rate(seen.rateHigh95()));
  }

  private String of(Absent absent) {
    String what =
        absent.opportunities() == 0
            ? "  absent  " + absent.id() + ": no opportunity was counted, so this says nothing"
            : String.format(
                Locale.ROOT,
                "  absent  %s: 0 in %s; at 95 %% the rate is below %s",
                absent.id(),
                Prose.count(absent.opportunities(), "opportunity"),
                Prose.rate(absent.rateHigh95()));
    boolean wrong = absent.expectation() == Expectation.MUST;
    return (wrong ? style.bad(what) : what) + " (" + expected(absent.expectation()) + ")";
  }

  private static String expected(Expectation expectation) {
    return "expected: " + Words.of(expectation);
  }

  private String outcome(Outcome outcome) {
    return outcome == Outcome.AS_EXPECTED
        ? style.good("as expected")
        : style.bad("not as expected");
  }
}
