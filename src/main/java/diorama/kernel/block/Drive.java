package diorama.kernel.block;

import diorama.kernel.block.DeviceFaults.Fault;
import diorama.kernel.block.SectorRanges.Range;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Rw;
import diorama.kernel.sched.Chance;
import diorama.kernel.tracepoint.NeverWritten;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The device behind the request queue: how long requests take, and what is on the media when.
 *
 * <p>A request first takes its command overhead, together with all others that the device has. Then
 * it waits for the mechanism, which positions (if the device seeks or rotates) and transfers one
 * request at a time. A write that fits into the volatile write cache skips the mechanism; the cache
 * is emptied whenever the mechanism has nothing else to do.
 */
final class Drive {
  private static final int SECTOR = 512;
  private static final double NANOS = 1e9;

  /** Runs something later; the time is in nanoseconds and not scaled. */
  @FunctionalInterface
  interface Timer {
    void after(long nanos, Runnable then);
  }

  private record Job(BlockRequest request, int goodSectors) {}

  private final DeviceParameters device;
  private final Chance chance;
  private final DeviceFaults faults;
  private final Timer timer;
  private final Consumer<BlockRequest> interrupt;

  private final Media platter = new Media();
  private final Media cached;
  private final SectorRanges dirty = new SectorRanges();
  private final ArrayDeque<Job> forMechanism = new ArrayDeque<>();
  private final List<Runnable> afterFlush = new ArrayList<>();
  private long reserved;
  private boolean mechanismBusy;
  private long head = -1;

  /**
   * A device with nothing written on it.
   *
   * @param interrupt called when a request has ended and its interrupt arrives at the CPU
   */
  Drive(
      DeviceParameters device,
      Chance chance,
      DeviceFaults faults,
      Timer timer,
      Consumer<BlockRequest> interrupt) {
    this.device = device;
    this.chance = chance;
    this.faults = faults;
    this.timer = timer;
    this.interrupt = interrupt;
    this.cached = device.cacheBytes() == 0 ? platter : new Media();
  }

  /** The sectors of a range hold what files left there that were deleted. */
  void use(long first, int sectors) {
    platter.write(first, NeverWritten.deletedFile(first, sectors));
    if (cached != platter) {
      cached.write(first, NeverWritten.deletedFile(first, sectors));
    }
  }

  /** Starts a request; its interrupt comes later. */
  void start(BlockRequest rq) {
    Fault fault = faults.of(rq.rw, rq.sector, rq.sectors);
    Job job = new Job(rq, Math.max(0, Math.min(rq.sectors, fault.goodSectors())));
    long nanos = device.overhead().draw(chance) + fault.extraNanos();
    timer.after(nanos, () -> commandTaken(job));
  }

  private void commandTaken(Job job) {
    BlockRequest rq = job.request;
    if (rq.barrier) {
      flush(() -> toMechanism(job));
    } else if (rq.rw == Rw.WRITE && cacheTakes(job)) {
      reserved += rq.sectors;
      timer.after(device.cacheLatency().draw(chance), () -> writtenToCache(job));
    } else {
      toMechanism(job);
    }
  }

  private boolean cacheTakes(Job job) {
    return afterFlush.isEmpty()
        && job.goodSectors == job.request.sectors
        && (dirty.size() + reserved + job.request.sectors) * SECTOR <= device.cacheBytes();
  }

  private void writtenToCache(Job job) {
    write(cached, job);
    reserved -= job.request.sectors;
    dirty.add(job.request.sector, job.request.end());
    end(job);
    startMechanism();
  }

  private void toMechanism(Job job) {
    forMechanism.add(job);
    startMechanism();
  }

  private void startMechanism() {
    if (mechanismBusy) {
      return;
    }
    Job job = forMechanism.poll();
    if (job != null) {
      mechanismBusy = true;
      BlockRequest rq = job.request;
      timer.after(serviceNanos(rq.sector, rq.sectors), () -> transferred(job));
      return;
    }
    Range range = dirty.next(head, device.maxSectors());
    if (range != null) {
      mechanismBusy = true;
      int sectors = (int) (range.end() - range.start());
      timer.after(serviceNanos(range.start(), sectors), () -> destaged(range));
    }
  }

  /** Positioning and transfer; the head is behind the last sector afterwards. */
  private long serviceNanos(long sector, int sectors) {
    long nanos = 0;
    if (device.mechanical() && sector != head) {
      nanos = device.seek().draw(chance);
      if (device.rotationNanos() > 0) {
        nanos += chance.below(device.rotationNanos());
      }
    }
    head = sector + sectors;
    return nanos + (long) ((double) sectors * SECTOR * NANOS / device.bytesPerSecond());
  }

  private void transferred(Job job) {
    mechanismBusy = false;
    BlockRequest rq = job.request;
    if (rq.rw == Rw.WRITE) {
      write(platter, job);
      if (cached != platter) {
        write(cached, job);
        dirty.remove(rq.sector, rq.sector + job.goodSectors);
      }
    }
    end(job);
    startMechanism();
    flushed();
  }

  private void write(Media media, Job job) {
    long at = job.request.sector;
    long end = at + job.goodSectors;
    for (Bio bio : job.request.bios) {
      int count = (int) Math.max(0, Math.min(bio.sectors(), end - at));
      media.write(at, bio.data().slice(0, count));
      at += bio.sectors();
    }
  }

  private void destaged(Range range) {
    mechanismBusy = false;
    int sectors = (int) (range.end() - range.start());
    platter.write(range.start(), cached.read(range.start(), sectors));
    dirty.remove(range.start(), range.end());
    startMechanism();
    flushed();
  }

  private void end(Job job) {
    BlockRequest rq = job.request;
    Content data = rq.rw == Rw.READ ? read(rq.sector, rq.sectors) : Content.zeros(0);
    rq.ended(data, job.goodSectors);
    timer.after(device.interrupt().draw(chance), () -> interrupt.accept(rq));
  }

  /**
   * Empties the write cache, then goes on. Writes that come meanwhile bypass the cache, so that a
   * flush ends.
   */
  void flush(Runnable then) {
    if (dirty.size() == 0) {
      then.run();
    } else {
      afterFlush.add(then);
      startMechanism();
    }
  }

  private void flushed() {
    if (dirty.size() == 0 && !afterFlush.isEmpty()) {
      List<Runnable> next = List.copyOf(afterFlush);
      afterFlush.clear();
      next.forEach(Runnable::run);
    }
  }

  /** What a read of these sectors returns now. */
  Content read(long sector, int sectors) {
    return cached.read(sector, sectors);
  }

  /** What is left of these sectors after a power cut. */
  Content readDurable(long sector, int sectors) {
    return platter.read(sector, sectors);
  }

  /** Whether nothing moves and the cache is empty. */
  boolean atRest() {
    return !mechanismBusy && forMechanism.isEmpty() && dirty.size() == 0 && afterFlush.isEmpty();
  }
}
