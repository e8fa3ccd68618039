package diorama.kernel;

import diorama.kernel.sched.KmemCache.AfterFree;
import diorama.kernel.sched.Latency;
import java.time.Duration;

/**
 * What a machine is set to, apart from its kernel version, device and file system.
 *
 * @param timeScale {@code time.scale}: what kernel intervals are multiplied by; 1 is real time
 * @param afterFree what a stale pointer finds in a slab
 * @param cpusWithInterrupts how many interrupt contexts take completions, 1 to 64
 * @param wakeup from a wake-up to the sleeper running, not scaled
 * @param systemCall what a system call costs apart from what it waits for, not scaled
 * @param hungTask {@code hung_task_timeout_secs}, scaled
 * @param hungTaskFloor never report sooner than this, not scaled, since device service times are
 *     not scaled either
 * @param softLockup the soft lockup threshold, scaled, with the same floor
 * @param dirtyWriteback {@code dirty_writeback_interval}, scaled
 * @param dirtyExpire {@code dirty_expire_interval}, scaled
 * @param raPages {@code backing_dev_info->ra_pages}: how far readahead goes, in pages; 0 for none
 */
public record KernelSettings(
    double timeScale,
    AfterFree afterFree,
    int cpusWithInterrupts,
    Latency wakeup,
    Latency systemCall,
    Duration hungTask,
    Duration hungTaskFloor,
    Duration softLockup,
    Duration dirtyWriteback,
    Duration dirtyExpire,
    int raPages) {

  /** The kernel's own intervals, with latencies that are assumed; slabs reuse their slots. */
  public static final KernelSettings DEFAULT =
      new KernelSettings(
          0.01,
          AfterFree.REUSED,
          1,
          new Latency(8_000, 0.8, 2_000_000),
          new Latency(1_500, 0.5, 100_000),
          Duration.ofSeconds(120),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          32);
}
