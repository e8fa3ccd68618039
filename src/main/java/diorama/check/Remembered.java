package diorama.check;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets what was put into it first. */
final class Remembered<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;
  private final int limit;

  /**
   * @param limit how many entries it keeps
   */
  Remembered(int limit) {
    this.limit = limit;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > limit;
  }
}
