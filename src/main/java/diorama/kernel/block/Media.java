package diorama.kernel.block;

import diorama.kernel.data.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is written on a device, sector by sector; zeros where nothing ever was.
 *
 * <p>Kept as runs that do not overlap, so that a large write stays one small object.
 */
final class Media {
  private final TreeMap<Long, Content> runs = new TreeMap<>();

  /** Writes a run over whatever is there. */
  void write(long sector, Content content) {
    long end = sector + content.sectors();
    cut(sector);
    cut(end);
    runs.subMap(sector, end).clear();
    if (content.sectors() > 0) {
      runs.put(sector, content);
    }
  }

  /** Makes sure that no run reaches across a sector boundary. */
  private void cut(long at) {
    Map.Entry<Long, Content> left = runs.lowerEntry(at);
    if (left != null && left.getKey() + left.getValue().sectors() > at) {
      Content run = left.getValue();
      int keep = (int) (at - left.getKey());
      runs.put(left.getKey(), run.slice(0, keep));
      runs.put(at, run.slice(keep, run.sectors() - keep));
    }
  }

  /** Reads a run. */
  Content read(long sector, int sectors) {
    List<Content> pieces = new ArrayList<>();
    long at = sector;
    long end = sector + sectors;
    while (at < end) {
      Map.Entry<Long, Content> run = runs.floorEntry(at);
      int skip = run == null ? 0 : (int) Math.min(Integer.MAX_VALUE, at - run.getKey());
      if (run != null && skip < run.getValue().sectors()) {
        int count = (int) Math.min(end - at, run.getValue().sectors() - skip);
        pieces.add(run.getValue().slice(skip, count));
        at += count;
      } else {
        Long next = runs.higherKey(at);
        int count = (int) ((next == null ? end : Math.min(end, next)) - at);
        pieces.add(Content.zeros(count));
        at += count;
      }
    }
    return pieces.isEmpty() ? Content.zeros(0) : joined(pieces);
  }

  private static Content joined(List<Content> pieces) {
    int half = pieces.size() / 2;
    return half == 0
        ? pieces.get(0)
        : joined(pieces.subList(0, half)).followedBy(joined(pieces.subList(half, pieces.size())));
  }
}
