package diorama.engine.natural;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import akka.dispatch.MonitorableThreadFactory;
import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Gives an Akka dispatcher a {@link FairExecutor}. Named in the dispatcher's {@code executor};
 * reads {@code fair-executor.parallelism} and {@code fair-executor.spin} from the dispatcher's
 * settings.
 */
public final class FairExecutorConfigurator extends ExecutorServiceConfigurator {
  private final FairExecutor.Size size;

  /** Called by Akka, once for each dispatcher. */
  public FairExecutorConfigurator(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    Config settings = config.getConfig("fair-executor");
    size =
        new FairExecutor.Size(
            Cores.orAll(settings.getInt("parallelism")),
            settings.getInt("chain"),
            settings.getDuration("spin", TimeUnit.NANOSECONDS));
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
    MonitorableThreadFactory model = (MonitorableThreadFactory) threads;
    return () -> new FairExecutor(model.name() + "-" + id, size, thread -> wire(thread, model));
  }

  /** Makes a thread of ours as Akka makes its own: a daemon or not, with its handler of defects. */
  private static void wire(Thread thread, MonitorableThreadFactory model) {
    thread.setDaemon(model.daemonic());
    thread.setUncaughtExceptionHandler(model.exceptionHandler());
    if (model.contextClassLoader().isDefined()) {
      thread.setContextClassLoader(model.contextClassLoader().get());
    }
  }
}
