package diorama.kernel.block;

import diorama.kernel.data.Content;
import diorama.kernel.fs.Rw;
import diorama.kernel.sched.Latency;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Subject;

/** Devices with round numbers, and bios for them. */
public final class Devices {
  /** Bytes per second at which one sector takes 1 microsecond. */
  public static final long SECTOR_A_MICRO = 512_000_000L;

  private static final Subject NOBODY =
      new Subject() {
        @Override
        public Kind kind() {
          return Kind.BUFFER;
        }

        @Override
        public String label() {
          return "nobody";
        }
      };

  private Devices() {}

  private static Latency exactly(long nanos) {
    return new Latency(nanos, 0, nanos);
  }

  /** 10 us overhead, 1 ms seek, no rotation, 1 us a sector. */
  public static DeviceParameters disk() {
    return device(1, exactly(1_000_000), 0);
  }

  /** The same with a write cache of so many sectors that takes a write in 5 us. */
  public static DeviceParameters cachedDisk(int sectors) {
    return device(1, exactly(1_000_000), sectors * 512L);
  }

  /** 10 us overhead, no seek, 1 us a sector, four requests at a time. */
  public static DeviceParameters flash() {
    return device(4, Latency.NONE, 0);
  }

  private static DeviceParameters device(int parallelism, Latency seek, long cacheBytes) {
    return new DeviceParameters(
        "sda",
        parallelism,
        exactly(10_000),
        seek,
        0,
        SECTOR_A_MICRO,
        cacheBytes,
        exactly(5_000),
        Latency.NONE,
        1024,
        128,
        16,
        512);
  }

  static Bio write(long stamp, long sector, int sectors) {
    return bio(Rw.WRITE, stamp, sector, sectors, false);
  }

  static Bio read(long number, long sector, int sectors) {
    return bio(Rw.READ, number, sector, sectors, false);
  }

  static Bio barrier(long stamp, long sector, int sectors) {
    return bio(Rw.WRITE, stamp, sector, sectors, true);
  }

  private static Bio bio(Rw rw, long number, long sector, int sectors, boolean barrier) {
    Content data = rw == Rw.WRITE ? Content.stamped(number, 0, sectors) : Content.zeros(sectors);
    return new Bio(number, rw, sector, sectors, data, barrier, NOBODY, end -> Step.done());
  }
}
