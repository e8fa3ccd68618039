package diorama.engine.seeded;

import java.util.ArrayList;
import java.util.List;

/**
 * A few programs of so many steps each, run by a strategy without an engine. The step of a program
 * is named after it and counted from 1: a1, a2, b1.
 */
final class Toy {
  private static final class Step implements Pending {
    private final int program;
    private final int number;
    private final Chain chain;
    private final long target;
    private long mark;

    Step(int program, int number, Chain chain, long target) {
      this.program = program;
      this.number = number;
      this.chain = chain;
      this.target = target;
    }

    @Override
    public long source() {
      return program;
    }

    @Override
    public long target() {
      return target;
    }

    @Override
    public long sequence() {
      return number;
    }

    @Override
    public long since() {
      return 0;
    }

    @Override
    public Chain chain() {
      return chain;
    }

    @Override
    public long mark() {
      return mark;
    }

    @Override
    public void mark(long note) {
      mark = note;
    }

    @Override
    public String toString() {
      return (char) ('a' + program) + "" + number;
    }
  }

  private final Strategy strategy;
  private final int steps;
  private final long[] targets;
  private final List<Pending> pending = new ArrayList<>();
  private final List<String> done = new ArrayList<>();

  /**
   * @param targets what each program calls in all of its steps
   */
  private Toy(Strategy strategy, int steps, long... targets) {
    this.strategy = strategy;
    this.steps = steps;
    this.targets = targets;
  }

  /** The order in which the steps of programs happen that all call the same object. */
  static List<String> run(Strategy strategy, int programs, int steps) {
    return new Toy(strategy, steps, new long[programs]).run();
  }

  /** The same of programs of which each calls an object again and again. */
  static List<String> runOn(Strategy strategy, int steps, long... targets) {
    return new Toy(strategy, steps, targets).run();
  }

  private List<String> run() {
    for (int program = 0; program < targets.length; program++) {
      arrive(new Step(program, 1, new Chain(program), targets[program]));
    }
    while (!pending.isEmpty()) {
      Step next = (Step) pending.remove(pending.size() == 1 ? 0 : strategy.choose(candidates()));
      done.add(next.toString());
      if (next.number < steps) {
        arrive(new Step(next.program, next.number + 1, next.chain, next.target));
      }
    }
    return done;
  }

  private void arrive(Step step) {
    pending.add(step);
    strategy.arrived(step);
  }

  private Candidates candidates() {
    return new Candidates() {
      @Override
      public int size() {
        return pending.size();
      }

      @Override
      public Pending get(int index) {
        return pending.get(index);
      }
    };
  }
}
