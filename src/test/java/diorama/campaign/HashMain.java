package diorama.campaign;

/** Prints the hashes of a few machines, for a test that compares them with those of other JVMs. */
public final class HashMain {
  private static final int MACHINES = 3;
  private static final long CHOICES = 3_000;

  private HashMain() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    System.out.println(hashes());
  }

  static String hashes() {
    MachinePlan plan = SeededRuns.plan(SeededRuns.small(), "linux-2.6.20");
    return SeededRuns.onLane(
        lane -> {
          StringBuilder hashes = new StringBuilder();
          for (int number = 1; number <= MACHINES; number++) {
            SeededRun run = SeededRuns.run(plan, number, lane, CHOICES, Watching.NOBODY);
            hashes.append(Long.toHexString(run.hash())).append(' ');
          }
          return hashes.toString().trim();
        });
  }
}
