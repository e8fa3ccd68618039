package diorama.engine.natural;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/**
 * Starts actor systems that run by themselves: several threads, a fair dispatcher, timers late by
 * microseconds, mailboxes that stamp and count. Everything is Akka configuration; behaviours do not
 * know it.
 */
public final class NaturalEngine {
  private static final String SETTINGS = "diorama.engine.natural";
  private static final String FILE = "diorama/engine/natural.conf";

  private NaturalEngine() {}

  /** Starts a system. Whoever has it terminates it. */
  public static <T> ActorSystem<T> start(Behavior<T> guardian, String name, Config settings) {
    return ActorSystem.create(guardian, name, config(settings));
  }

  /**
   * The whole configuration of a system in this engine. From strongest to weakest: the settings'
   * {@code diorama.engine.natural.akka}, what makes the engine, the settings themselves, the
   * defaults. What makes the engine stands above the settings' own {@code akka}, because a loaded
   * configuration has all of Akka's defaults in it.
   */
  public static Config config(Config settings) {
    Config file = ConfigFactory.parseResources(NaturalEngine.class.getClassLoader(), FILE);
    Config asked = settings.withFallback(file.withOnlyPath(SETTINGS));
    return asked
        .getConfig(SETTINGS + ".akka")
        .atPath("akka")
        .withFallback(file.withoutPath(SETTINGS))
        .withFallback(asked)
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }
}
