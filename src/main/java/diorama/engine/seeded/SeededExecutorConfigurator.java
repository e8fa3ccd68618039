package diorama.engine.seeded;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Gives an Akka dispatcher a {@link SeededExecutor}. Named in the dispatcher's {@code executor}.
 */
public final class SeededExecutorConfigurator extends ExecutorServiceConfigurator {
  /** Called by Akka, once for each dispatcher. */
  public SeededExecutorConfigurator(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    return () -> new SeededExecutor(Executors.newSingleThreadExecutor(threads));
  }
}
