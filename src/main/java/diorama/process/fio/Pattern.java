package diorama.process.fio;

import java.util.LinkedHashMap;
import java.util.Map;

/** fio's {@code rw}: which way data goes, and whether offsets are drawn. */
public enum Pattern {
  READ(true, false, false),
  WRITE(false, true, false),
  RANDREAD(true, false, true),
  RANDWRITE(false, true, true),
  RW(true, true, false),
  RANDRW(true, true, true);

  private final boolean reads;
  private final boolean writes;
  private final boolean random;

  Pattern(boolean reads, boolean writes, boolean random) {
    this.reads = reads;
    this.writes = writes;
    this.random = random;
  }

  /** Whether the job reads. */
  public boolean reads() {
    return reads;
  }

  /** Whether the job writes. */
  public boolean writes() {
    return writes;
  }

  /** Whether offsets are drawn. */
  public boolean random() {
    return random;
  }

  /** The words that a job file has for them. */
  static Map<String, Pattern> words() {
    Map<String, Pattern> words = new LinkedHashMap<>();
    words.put("read", READ);
    words.put("write", WRITE);
    words.put("randread", RANDREAD);
    words.put("randwrite", RANDWRITE);
    words.put("rw", RW);
    words.put("readwrite", RW);
    words.put("randrw", RANDRW);
    return words;
  }
}
