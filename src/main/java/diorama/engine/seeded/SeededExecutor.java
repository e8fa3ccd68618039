package diorama.engine.seeded;

import akka.dispatch.Mailbox;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Hands each mailbox to the thread that its actor belongs to: the actors of a world to that world,
 * all others of the system to a thread of the house.
 */
final class SeededExecutor extends AbstractExecutorService {
  private final ExecutorService house;

  SeededExecutor(ExecutorService house) {
    this.house = house;
  }

  @Override
  public void execute(Runnable task) {
    if (task instanceof Mailbox mailbox) {
      if (mailbox.messageQueue() instanceof SeededQueue queue) {
        queue.world().schedule(queue, mailbox);
        return;
      }
      if (mailbox.messageQueue() instanceof LaneQueue queue) {
        queue.lane().schedule(mailbox);
        return;
      }
    } else if (Lane.current() != null) {
      // What a timer or a future of a world's actor wants done, it wants done here.
      task.run();
      return;
    }
    house.execute(task);
  }

  @Override
  public void shutdown() {
    house.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return house.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return house.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return house.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return house.awaitTermination(timeout, unit);
  }
}
