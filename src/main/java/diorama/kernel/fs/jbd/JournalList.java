package diorama.kernel.fs.jbd;

import org.jspecify.annotations.Nullable;

/**
 * A circular doubly linked list through its members, as {@code __blist_add_buffer} keeps it: every
 * operation takes constant time, and the last entry is {@code first->b_tprev}.
 */
final class JournalList {
  /** A member's place: {@code b_tnext} and {@code b_tprev}, or {@code b_cpnext} and b_cpprev. */
  static final class Link {
    final JournalHead jh;
    private Link next = this;
    private Link prev = this;

    Link(JournalHead jh) {
      this.jh = jh;
    }
  }

  private @Nullable Link first;
  private int size;

  boolean isEmpty() {
    return first == null;
  }

  int size() {
    return size;
  }

  /** The entry that was added first. */
  @Nullable JournalHead first() {
    return first == null ? null : first.jh;
  }

  /** The entry before the first: the one that was added last. */
  @Nullable JournalHead last() {
    return first == null ? null : first.prev.jh;
  }

  /** The entry after this one, or null behind the last. */
  @Nullable JournalHead after(Link link) {
    return link.next == first ? null : link.next.jh;
  }

  /** {@code __blist_add_buffer}: at the tail. */
  void addLast(Link link) {
    insert(link);
    if (first == null) {
      first = link;
    }
    size++;
  }

  /** As the checkpoint lists are filed: at the head. */
  void addFirst(Link link) {
    insert(link);
    first = link;
    size++;
  }

  private void insert(Link link) {
    Link head = first;
    if (head == null) {
      link.next = link;
      link.prev = link;
    } else {
      link.prev = head.prev;
      link.next = head;
      head.prev.next = link;
      head.prev = link;
    }
  }

  /** {@code __blist_del_buffer}. */
  void remove(Link link) {
    if (first == link) {
      first = link.next == link ? null : link.next;
    }
    link.prev.next = link.next;
    link.next.prev = link.prev;
    link.next = link;
    link.prev = link;
    size--;
  }
}
