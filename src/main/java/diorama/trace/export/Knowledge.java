package diorama.trace.export;

import java.util.Arrays;

/** The last row of each context that somebody can know of, and which message told of it first. */
final class Knowledge {
  private static final int NOTHING = -1;

  private final int[] rows;
  private final String[] news;

  private Knowledge(int[] rows, String[] news) {
    this.rows = rows;
    this.news = news;
  }

  /** Somebody who knows nothing of so many contexts. */
  static Knowledge none(int contexts) {
    int[] rows = new int[contexts];
    String[] news = new String[contexts];
    Arrays.fill(rows, NOTHING);
    Arrays.fill(news, "");
    return new Knowledge(rows, news);
  }

  Knowledge copy() {
    return new Knowledge(rows.clone(), news.clone());
  }

  /** The number of the last known row of a context, -1 if none is known. */
  int row(int context) {
    return rows[context];
  }

  /** The message that told of it; empty as long as nobody but the context itself knows. */
  String news(int context) {
    return news[context];
  }

  void learn(Knowledge other) {
    for (int i = 0; i < rows.length; i++) {
      if (other.rows[i] > rows[i]) {
        learn(i, other.rows[i], other.news[i]);
      }
    }
  }

  void learn(int context, int row, String message) {
    rows[context] = row;
    news[context] = message;
  }
}
