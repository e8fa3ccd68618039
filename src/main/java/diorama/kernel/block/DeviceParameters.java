package diorama.kernel.block;

import diorama.kernel.sched.Latency;

/**
 * What a block device is like: the numbers of its model and the limits of its request queue.
 *
 * <p>Device times are never scaled by {@code time.scale}.
 *
 * @param name the kernel's name of the disk, for example {@code sda}
 * @param parallelism how many requests the device has at the same time, 1 to 1024: 1 without
 *     command queueing, the queue depth with it
 * @param overhead time of the controller and the command for each request, and for flash the access
 *     itself; requests that the device has at the same time take it at the same time
 * @param seek time that the head needs to another track, 0 for a device without one; a device that
 *     seeks or rotates is served by a one-way elevator, others first come first served
 * @param rotationNanos one revolution, in nanoseconds, 0 to 1 s; a request that does not follow its
 *     predecessor waits for an evenly drawn part of it
 * @param bytesPerSecond transfer between device and media, 1 KB/s or more, shared by all requests
 * @param cacheBytes size of the volatile write cache in bytes, 0 without one
 * @param cacheLatency time to take one write into the cache, its transfer included
 * @param interrupt time from the end of a request to the start of its softirq
 * @param maxSectors longest request in 512-byte sectors, 8 to 65535 ({@code q->max_sectors})
 * @param maxSegments most pages in one request, 1 to 65535 ({@code q->max_phys_segments})
 * @param nrRequests most requests of one direction in the queue, 4 to 65536 ({@code
 *     q->nr_requests}); who wants one more sleeps
 * @param logicalBlockSize smallest transfer in bytes, 512 to 4096, a power of two ({@code
 *     bdev_hardsect_size})
 */
public record DeviceParameters(
    String name,
    int parallelism,
    Latency overhead,
    Latency seek,
    long rotationNanos,
    long bytesPerSecond,
    long cacheBytes,
    Latency cacheLatency,
    Latency interrupt,
    int maxSectors,
    int maxSegments,
    int nrRequests,
    int logicalBlockSize) {
  /** Checks the ranges. */
  public DeviceParameters {
    require("parallelism", parallelism, 1, 1024);
    require("rotationNanos", rotationNanos, 0, 1_000_000_000L);
    require("bytesPerSecond", bytesPerSecond, 1000, Long.MAX_VALUE);
    require("cacheBytes", cacheBytes, 0, Long.MAX_VALUE);
    require("maxSectors", maxSectors, 8, 65535);
    require("maxSegments", maxSegments, 1, 65535);
    require("nrRequests", nrRequests, 4, 65536);
    require("logicalBlockSize", logicalBlockSize, 512, 4096);
    if (Integer.bitCount(logicalBlockSize) != 1) {
      throw new IllegalArgumentException(
          "logicalBlockSize is " + logicalBlockSize + "; a power of two is needed");
    }
  }

  private static void require(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be from " + least + " to " + most);
    }
  }

  /** Whether the time of a request depends on where the previous one was. */
  public boolean mechanical() {
    return seek.medianNanos() > 0 || rotationNanos > 0;
  }

  /** {@code bio_get_nr_vecs}, fs/bio.c: how many pages a bio should be made for. */
  public int bioGetNrVecs() {
    return Math.min((maxSectors + 7) / 8, maxSegments);
  }
}
