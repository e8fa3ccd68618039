package diorama.config;

import com.typesafe.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** What may stand at one place of a configuration file. */
public interface Shape {
  /** In words that follow "allowed: ". */
  String allowed();

  /**
   * The value that is written there; null after noting what is wrong with it.
   *
   * @param path the key's full path, for messages
   */
  @Nullable Object read(String path, ConfigValue value, Mistakes mistakes);
}
