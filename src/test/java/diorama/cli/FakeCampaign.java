package diorama.cli;

import diorama.campaign.Campaign;
import diorama.campaign.KernelTally;
import diorama.campaign.ProgressListener;
import diorama.campaign.RunRequest;
import diorama.campaign.RunResult;
import diorama.campaign.Samples;
import diorama.campaign.StopSignal;
import diorama.campaign.Verdict;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A campaign without machines: it remembers what was asked, and answers what it was told. */
final class FakeCampaign implements Campaign {
  Function<String, KernelTally> answer =
      kernel -> kernel.equals("linux-2.6.21") ? Samples.nothing(kernel) : Samples.oops(kernel);
  boolean interrupted;
  @Nullable RunRequest request;

  @Override
  public RunResult run(RunRequest asked, ProgressListener listener, StopSignal stop) {
    request = asked;
    if (interrupted) {
      stop.give();
    }
    return RunResult.of(
        asked,
        stop.given(),
        asked.kernels().stream()
            .map(kernel -> Verdict.judge(asked.scenario(), answer.apply(kernel.name())))
            .toList());
  }
}
