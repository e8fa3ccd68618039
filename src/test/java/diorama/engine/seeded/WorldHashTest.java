package diorama.engine.seeded;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run is a function of its seed. */
@Timeout(60)
class WorldHashTest {
  private static final int RUNS = 100;

  private record Run(long hash, List<String> log) {}

  private static Run run(Lane lane, long seed) {
    List<String> log = new ArrayList<>();
    try (World world =
        lane.world(
            Worlds.root(root -> Busy.machine(root, log)),
            new RandomWalk(Worlds.random(seed)),
            Pace.STEADY.preempting(10),
            Worlds.random(~seed),
            WorldListener.NONE)) {
      Worlds.finish(world);
      return new Run(world.hash(), log);
    }
  }

  /** The runs of the seeds from 1, all lanes at once. */
  private static List<Run> runs(int lanes) {
    try (SeededEngine engine = SeededEngine.start(lanes, ConfigFactory.empty())) {
      List<CompletableFuture<Run>> futures = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        long seed = i + 1L;
        Lane lane = engine.lanes().get(i % lanes);
        futures.add(lane.submit(() -> run(lane, seed)));
      }
      return futures.stream().map(CompletableFuture::join).toList();
    }
  }

  @Test
  void oneSeedGivesTheSameRunOnOneLaneOrOnEightAtOnce() {
    List<Run> alone = runs(1);
    assertThat(runs(1)).isEqualTo(alone);
    assertThat(runs(8)).isEqualTo(alone);
  }

  @Test
  void anotherSeedGivesAnotherRunAndAnotherHash() {
    List<Run> runs = runs(1);
    Set<Long> hashes = new HashSet<>();
    Set<List<String>> logs = new HashSet<>();
    for (Run run : runs) {
      hashes.add(run.hash);
      logs.add(run.log);
    }
    assertThat(hashes).hasSize(RUNS);
    assertThat(logs).hasSize(RUNS);
  }
}
