package diorama.kernel.block;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * block/elevator.c: holds requests back, merges bios into them, and gives them out in an order.
 *
 * <p>For a device that seeks, the order is one way by sector, as in {@code elevator=deadline}
 * without its deadlines; for others it is that of arrival ({@code elevator=noop}). CFQ's queues for
 * each process are not modelled. A barrier is never passed by anything.
 */
final class Elevator {
  /** How a bio found a request to be part of. */
  enum Merge {
    NONE,
    BACK,
    FRONT
  }

  private final int maxSectors;
  private final int maxSegments;
  private final boolean bySector;
  private final List<BlockRequest> sorted = new ArrayList<>();
  private final ArrayDeque<BlockRequest> dispatch = new ArrayDeque<>();
  private long place;

  Elevator(DeviceParameters device) {
    maxSectors = device.maxSectors();
    maxSegments = device.maxSegments();
    bySector = device.mechanical();
  }

  /** {@code elv_queue_empty}. */
  boolean isEmpty() {
    return sorted.isEmpty() && dispatch.isEmpty();
  }

  /**
   * {@code elv_merge}: makes a bio part of a request that waits, if one ends where it begins or
   * begins where it ends.
   *
   * @return how; after a merge, two requests may have become one, see {@link #coalesce}
   */
  Merge merge(Bio bio) {
    for (BlockRequest rq : sorted) {
      if (rq.end() == bio.sector() && fits(rq, bio)) {
        rq.backMerge(bio);
        return Merge.BACK;
      }
    }
    for (BlockRequest rq : sorted) {
      if (bio.sector() + bio.sectors() == rq.sector && fits(rq, bio)) {
        rq.frontMerge(bio);
        return Merge.FRONT;
      }
    }
    return Merge.NONE;
  }

  private boolean fits(BlockRequest rq, Bio bio) {
    return rq.rw == bio.rw()
        && rq.sectors + bio.sectors() <= maxSectors
        && rq.segments + BlockRequest.segments(bio) <= maxSegments;
  }

  /** {@code attempt_back_merge} and {@code attempt_front_merge}: the request that went away. */
  @Nullable BlockRequest coalesce() {
    for (BlockRequest first : sorted) {
      for (BlockRequest second : sorted) {
        if (first.end() == second.sector
            && first.rw == second.rw
            && first.sectors + second.sectors <= maxSectors
            && first.segments + second.segments <= maxSegments) {
          first.absorb(second);
          sorted.remove(second);
          return second;
        }
      }
    }
    return null;
  }

  /** {@code ELEVATOR_INSERT_SORT}. */
  void add(BlockRequest rq) {
    sorted.add(rq);
  }

  /** {@code ELEVATOR_INSERT_BACK}: what waits goes first, in order, then the barrier. */
  void addBarrier(BlockRequest rq) {
    BlockRequest next;
    while ((next = nextSorted()) != null) {
      take(next);
      dispatch.add(next);
    }
    dispatch.add(rq);
  }

  /** The request that is to be served next, or null. */
  @Nullable BlockRequest peek() {
    return dispatch.isEmpty() ? nextSorted() : dispatch.peek();
  }

  /** Gives out what {@link #peek} showed. */
  void remove(BlockRequest rq) {
    if (dispatch.peek() == rq) {
      dispatch.remove();
      place = rq.end();
    } else {
      take(rq);
    }
  }

  private void take(BlockRequest rq) {
    sorted.remove(rq);
    place = rq.end();
  }

  private @Nullable BlockRequest nextSorted() {
    if (!bySector) {
      return sorted.isEmpty() ? null : sorted.get(0);
    }
    BlockRequest ahead = null;
    BlockRequest lowest = null;
    for (BlockRequest rq : sorted) {
      if (rq.sector >= place && (ahead == null || rq.sector < ahead.sector)) {
        ahead = rq;
      }
      if (lowest == null || rq.sector < lowest.sector) {
        lowest = rq;
      }
    }
    return ahead != null ? ahead : lowest;
  }
}
