package diorama.trace.export;

import diorama.trace.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes literal messages down, in the order in which they were handed over. */
final class Letters {
  static final String PROCESS = "processes/process-312";
  static final String READER = "processes/process-313";
  static final String JOURNAL = "kjournald-97";
  static final String IRQ = "irq-0";
  static final String PAGES = "inode-12/mapping";
  static final String KIOCBS = "aio-memory";
  static final String DEVICE = "bdev";

  private final Map<String, Long> stamps = new HashMap<>();
  private final List<Message> messages = new ArrayList<>();

  /** The contexts of {@link diorama.check.HistoryBuilder}; everybody else is an object. */
  static @Nullable String contextOf(String actor) {
    return switch (actor) {
      case PROCESS -> "aio-dio/312";
      case READER -> "aio-dio/313";
      case JOURNAL -> "kjournald/97";
      case IRQ -> "softirq/0";
      default -> null;
    };
  }

  private long stamp(String sender) {
    return stamps.merge(sender, 1L, Long::sum);
  }

  /** The sender's next message, at times in microseconds. */
  Letters letter(String sender, String receiver, String what, long sent, long delivered) {
    messages.add(new Message(sender, receiver, stamp(sender), what, sent * 1000, delivered * 1000));
    return this;
  }

  /** The sender's next message, when all happens at the first microsecond. */
  Letters atOnce(String sender, String receiver, String what, long after) {
    return atOnce(sender, receiver, stamp(sender), what, after);
  }

  /** The same with a stamp of its own. */
  Letters atOnce(String sender, String receiver, long stamp, String what, long after) {
    messages.add(new Message(sender, receiver, stamp, what, 1000, 1000, after));
    return this;
  }

  List<Message> list() {
    return List.copyOf(messages);
  }

  /** What could have been said in {@link diorama.check.Histories#submissionFirst}. */
  static List<Message> ofSubmissionFirst() {
    return new Letters()
        .letter(PROCESS, KIOCBS, "aio_get_req", 100, 101)
        .letter(KIOCBS, PROCESS, "Done", 102, 103)
        .letter(JOURNAL, PAGES, "get_bh", 141, 142)
        .letter(PAGES, JOURNAL, "Done", 144, 145)
        .letter(DEVICE, IRQ, "bio_endio", 899, 899)
        .letter(IRQ, PAGES, "end_page_writeback", 899, 900)
        .letter(PROCESS, DEVICE, "submit_bio", 909, 910)
        .letter(PAGES, IRQ, "Done", 902, 912)
        .letter(PROCESS, PAGES, "invalidate_inode_pages2", 975, 980)
        .letter(PAGES, PROCESS, "Failed", 1013, 1015)
        .letter(JOURNAL, PAGES, "put_bh", 1016, 1020)
        .letter(PROCESS, KIOCBS, "aio_complete", 1021, 1022)
        .letter(KIOCBS, PROCESS, "Done", 1025, 1025)
        .letter(DEVICE, IRQ, "bio_endio", 5199, 5199)
        .letter(IRQ, KIOCBS, "aio_complete", 5262, 5263)
        .list();
  }
}
