package diorama.trace;

import java.util.Arrays;
import java.util.List;

/** How wide the columns of a table are: as wide as their text if there is room. */
final class Widths {
  private Widths() {}

  /**
   * Shares the room out, taking from the widest first.
   *
   * @param texts what stands in each column
   * @param room for all columns together, without what separates them
   * @param longestWord longer words may be broken, nothing shorter
   * @return widths that fit, or none if shorter words would have to be broken
   */
  static int[] fit(List<List<String>> texts, int room, int longestWord) {
    int[] widths = new int[texts.size()];
    int[] least = new int[texts.size()];
    for (int i = 0; i < widths.length; i++) {
      for (String text : texts.get(i)) {
        widths[i] = Math.max(widths[i], text.length());
        least[i] = Math.max(least[i], longestWord(text, longestWord));
      }
    }
    while (Arrays.stream(widths).sum() > room) {
      int give = -1;
      for (int i = 0; i < widths.length; i++) {
        if (widths[i] > least[i] && (give < 0 || widths[i] > widths[give])) {
          give = i;
        }
      }
      if (give < 0) {
        return new int[0];
      }
      widths[give]--;
    }
    return widths;
  }

  /** Words after the first may begin a line that is indented by one. */
  private static int longestWord(String text, int limit) {
    int longest = 0;
    int indent = 0;
    for (String word : text.split(" ", -1)) {
      longest = Math.max(longest, Math.min(limit, word.length() + indent));
      indent = 1;
    }
    return longest;
  }
}
