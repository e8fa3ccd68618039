package diorama.check;

import static diorama.check.TracepointName.CACHE_AT_REST;

import diorama.check.FileHistory.Write;
import diorama.check.Witness.Role;
import diorama.kernel.tracepoint.CacheAtRest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * After a direct write, and with the machine at rest, every page of its range that is clean and up
 * to date in the cache holds what the media holds.
 *
 * <p>Pages that no direct write has touched are not judged: what writes them goes through the
 * cache. Nor are those whose last direct write failed, because its user knows that they may be
 * wrong.
 */
public final class CacheCoherence implements Check {
  /** What a violation of this check is called; one for each file that has such a page. */
  public static final String ID = "cache-coherence";

  private final WriteHistory writes = new WriteHistory();

  @Override
  public boolean wants(String name) {
    return name.equals(CACHE_AT_REST) || WriteHistory.wants(name);
  }

  @Override
  public void see(Event event, Supplier<History> soFar, Findings findings) {
    if (!event.is(CACHE_AT_REST)) {
      writes.see(event);
    } else if (event.subject() instanceof CacheAtRest cache) {
      judge(cache, event, soFar, findings);
    }
  }

  private void judge(CacheAtRest cache, Event event, Supplier<History> soFar, Findings findings) {
    FileHistory file = writes.file(cache.ino());
    if (file == null) {
      return;
    }
    for (CacheAtRest.Page page : cache.pages()) {
      Write write = page.cached() == page.media() ? null : file.lastDirect(page.index());
      if (write != null) {
        findings.found(explain(soFar.get(), write, page.index(), event));
        return;
      }
    }
  }

  private static Violation explain(History history, Write write, long index, Event event) {
    StalePage cause = StalePage.of(history, write, index);
    List<Witness> witnesses = new ArrayList<>(cause.witnesses());
    witnesses.add(Witness.of(Role.INCOHERENT_CACHE, event));
    return new Violation(
        ID, cause.race(), cause.variant(), event.sequence(), event.nanos(), witnesses, null);
  }
}
