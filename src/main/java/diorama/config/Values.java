package diorama.config;

import com.typesafe.config.ConfigOrigin;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A section that was read: every value has the type that its schema says.
 *
 * <p>Asking for a key that the schema does not have, or for one that may be missing as if it were
 * there, is a defect in Diorama.
 */
public final class Values {
  private final String path;
  private final ConfigOrigin origin;
  private final Map<String, Object> values;
  private final Map<String, ConfigOrigin> origins;

  Values(
      String path,
      ConfigOrigin origin,
      Map<String, Object> values,
      Map<String, ConfigOrigin> origins) {
    this.path = path;
    this.origin = origin;
    this.values = Map.copyOf(values);
    this.origins = Map.copyOf(origins);
  }

  /** The value as the shape of its key reads it. */
  Object value(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("nothing is said about " + at(key));
    }
    return value;
  }

  /** Whether there is a value, written or by default. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Where the key was written; where the section was, if it was not. */
  public ConfigOrigin origin(String key) {
    ConfigOrigin written = origins.get(key);
    return written == null ? origin : written;
  }

  /** The key's full path. */
  public String at(String key) {
    return Section.below(path, key);
  }

  /** An integer, or bytes. */
  public long number(String key) {
    return (Long) value(key);
  }

  /** An integer whose range is that of an int. */
  public int whole(String key) {
    return Math.toIntExact(number(key));
  }

  /** A number with a fraction. */
  public double real(String key) {
    return (Double) value(key);
  }

  /** Yes or no. */
  public boolean flag(String key) {
    return (Boolean) value(key);
  }

  /** Words. */
  public String text(String key) {
    return (String) value(key);
  }

  /** Words that may be missing. */
  public Optional<String> optionalText(String key) {
    return Optional.ofNullable((String) values.get(key));
  }

  /** A length of time. */
  public Duration time(String key) {
    return (Duration) value(key);
  }

  /** A length of time that may be missing. */
  public Optional<Duration> optionalTime(String key) {
    return Optional.ofNullable((Duration) values.get(key));
  }

  /** A constant of an enum that was declared with {@link Scalar.Choice#of}. */
  public <E extends Enum<E>> E constant(String key, Class<E> type) {
    return Words.constant(type, text(key));
  }

  /** A list of words; empty if it is missing. */
  public List<String> texts(String key) {
    @Nullable List<?> list = (List<?>) values.get(key);
    return list == null ? List.of() : list.stream().map(String.class::cast).toList();
  }

  /** A section. */
  public Values section(String key) {
    return (Values) value(key);
  }

  /** Named sections in the order in which they were written; none if they are missing. */
  public Map<String, Values> sections(String key) {
    return named(key, Values.class);
  }

  /** Named values in the order in which they were written; none if they are missing. */
  public <T> Map<String, T> named(String key, Class<T> type) {
    Map<String, T> named = new LinkedHashMap<>();
    if (values.get(key) instanceof Map<?, ?> map) {
      map.forEach((name, value) -> named.put((String) name, type.cast(value)));
    }
    return named;
  }
}
