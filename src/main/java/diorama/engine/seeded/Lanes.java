package diorama.engine.seeded;

import akka.actor.AbstractExtensionId;
import akka.actor.ClassicActorSystemProvider;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The lanes of a system by the path of their actor. Safe for all threads. */
final class Lanes implements Extension {
  private static final Id ID = new Id();

  private final Map<String, Lane> lanes = new ConcurrentHashMap<>();

  static Lanes of(ClassicActorSystemProvider system) {
    return ID.get(system);
  }

  void add(Lane lane) {
    lanes.put("/user/" + lane.getName(), lane);
  }

  @Nullable Lane find(String path) {
    return lanes.get(path);
  }

  private static final class Id extends AbstractExtensionId<Lanes> {
    @Override
    public Lanes createExtension(ExtendedActorSystem system) {
      return new Lanes();
    }
  }
}
