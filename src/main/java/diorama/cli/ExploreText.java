package diorama.cli;

import diorama.campaign.ExploreResult;
import diorama.campaign.ExploreResult.First;
import diorama.campaign.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of an exploration, as a person reads it. */
final class ExploreText {
  private final Style style;

  ExploreText(Style style) {
    this.style = style;
  }

  List<String> of(ExploreResult result) {
    List<String> lines = new ArrayList<>();
    for (ExploreResult.Kernel kernel : result.kernels()) {
      lines.addAll(
          new ResultText(style, (name, id) -> true)
              .of(
                  new RunResult(
                      result.scenario(),
                      result.engine(),
                      result.seed(),
                      result.timeScale(),
                      result.interrupted(),
                      kernel.result().outcome(),
                      List.of(kernel.result()))));
      lines.addAll(lines.size() - 1, of(kernel));
    }
    return lines;
  }

  private static List<String> of(ExploreResult.Kernel kernel) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %s, %s/s, median %s; %s, %s; %s run twice with the same trace",
            Prose.count(kernel.schedules(), "schedule"),
            Prose.count(Math.round(kernel.schedulesPerSecond())),
            Prose.count(kernel.medianDeliveries(), "delivery"),
            Prose.count(kernel.distinctOutcomes(), "distinct outcome"),
            Prose.count(kernel.distinctTraces(), "distinct trace"),
            Prose.count(kernel.checkedTwice())));
    for (First first : kernel.first()) {
      lines.add(
          "  schedule "
              + Prose.count(first.schedule())
              + " was the first with "
              + first.id()
              + (first.race().isEmpty() ? "" : ", " + first.race())
              + (first.variant().isEmpty() ? "" : ", " + first.variant()));
    }
    lines.add("");
    return lines;
  }
}
