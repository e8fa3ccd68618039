package diorama.kernel.fs.iomap;

import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.DioBio;
import diorama.kernel.fs.UserSegment;
import diorama.kernel.fs.UserSegment.UserPage;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Step;
import java.util.List;

/** {@code struct iov_iter}: how far a request has come in the user's memory. */
final class UserCursor {
  private final List<UserSegment> segments;
  private int at;
  private long offset;

  UserCursor(List<UserSegment> segments) {
    this.segments = segments;
    skipEmpty();
  }

  /** {@code iov_iter_count}: bytes that are left. */
  long count() {
    long all = -offset;
    for (int i = at; i < segments.size(); i++) {
      all += segments.get(i).length();
    }
    return all;
  }

  /** {@code iov_iter_alignment}: all addresses and lengths, in one number. */
  long alignment() {
    long all = 0;
    for (UserSegment s : segments) {
      all |= s.base() | s.length();
    }
    return all;
  }

  /**
   * {@code bio_iov_iter_get_pages}: pins pages from here on, as many as the bio is made for, and
   * puts them into it.
   *
   * @param bytes no more than so many
   * @param maxPages room of the bio
   * @return bytes, 0 if not even one page can be had
   */
  Step<Long> fill(DioBio bio, long bytes, int maxPages) {
    UserSegment segment = segments.get(at);
    long address = segment.base() + offset;
    int inPage = (int) (address & (Page.SIZE - 1));
    long wanted = Math.min(Math.min(bytes, segment.length() - offset), room(maxPages, inPage));
    int pages = (int) ((inPage + wanted + Page.SIZE - 1) >> Page.SHIFT);
    return segment.getUserPages(address, pages).map(got -> add(bio, got, inPage, wanted));
  }

  private static long room(int maxPages, int inPage) {
    return (long) maxPages * Page.SIZE - inPage;
  }

  private long add(DioBio bio, List<UserPage> pages, int inPage, long wanted) {
    int from = inPage;
    long added = 0;
    for (UserPage page : pages) {
      int piece = (int) Math.min(Page.SIZE - from, wanted - added);
      if (!bio.addPage(page, from, piece)) {
        throw new IllegalStateException("a bio has no room for a page that it was made for");
      }
      added += piece;
      from = 0;
    }
    advance(added);
    return added;
  }

  /** {@code iov_iter_zero}: a hole that is read. */
  void zero(long bytes) {
    long left = bytes;
    while (left > 0) {
      UserSegment segment = segments.get(at);
      long here = Math.min(left, segment.length() - offset);
      segment.store(
          (int) (offset / Sector.SIZE), Content.zeros(Math.toIntExact(here / Sector.SIZE)));
      advance(here);
      left -= here;
    }
  }

  private void advance(long bytes) {
    offset += bytes;
    if (offset == segments.get(at).length()) {
      at++;
      offset = 0;
      skipEmpty();
    }
  }

  private void skipEmpty() {
    while (at < segments.size() && segments.get(at).length() == 0) {
      at++;
    }
  }
}
