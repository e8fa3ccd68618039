package diorama.kernel.block;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A set of sectors, kept as ranges that neither overlap nor touch. */
final class SectorRanges {
  /** The sectors from {@code start} up to but not including {@code end}. */
  record Range(long start, long end) {}

  private final TreeMap<Long, Long> ranges = new TreeMap<>();
  private long size;

  void add(long start, long end) {
    long from = start;
    long to = end;
    Map.Entry<Long, Long> left = ranges.floorEntry(start);
    if (left != null && left.getValue() >= start) {
      from = left.getKey();
    }
    Map.Entry<Long, Long> right = ranges.floorEntry(end);
    if (right != null && right.getValue() > to) {
      to = right.getValue();
    }
    remove(from, to);
    ranges.put(from, to);
    size += to - from;
  }

  void remove(long start, long end) {
    cut(start);
    cut(end);
    Map<Long, Long> inside = ranges.subMap(start, end);
    inside.forEach((from, to) -> size -= to - from);
    inside.clear();
  }

  private void cut(long at) {
    Map.Entry<Long, Long> left = ranges.lowerEntry(at);
    if (left != null && left.getValue() > at) {
      ranges.put(at, left.getValue());
      ranges.put(left.getKey(), at);
    }
  }

  /** The first sectors at or after a place, or the very first; at most so many; null if empty. */
  @Nullable Range next(long place, long most) {
    Map.Entry<Long, Long> range = ranges.ceilingEntry(place);
    if (range == null) {
      range = ranges.firstEntry();
    }
    return range == null
        ? null
        : new Range(range.getKey(), Math.min(range.getValue(), range.getKey() + most));
  }

  /** How many sectors are in the set. */
  long size() {
    return size;
  }
}
