package diorama.kernel.block;

import diorama.kernel.data.Content;
import diorama.kernel.fs.Rw;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.BlockTransfer;
import diorama.kernel.tracepoint.Subject;
import java.util.function.Function;

/**
 * {@code struct bio}: one contiguous transfer.
 *
 * <p>The data of a write is what its pages held when it was submitted; the kernel's device reads
 * the pages later, at the DMA. Pages that change under I/O are therefore not torn here (a
 * simplification; 2.6 has no stable pages).
 *
 * @param number unique among the bios that are under way in a machine, for people
 * @param sector first 512-byte sector on the device
 * @param sectors length in sectors
 * @param data what to write; zeros of the same length for a read
 * @param barrier {@code BIO_RW_BARRIER}: earlier writes and this one are on the media when it ends
 * @param related what it belongs to in a trace: a dio, a buffer, a transaction
 * @param endIo {@code bi_end_io}: what the completion interrupt runs, in interrupt context
 */
public record Bio(
    long number,
    Rw rw,
    long sector,
    int sectors,
    Content data,
    boolean barrier,
    Subject related,
    Function<BioEnd, Step<Done>> endIo)
    implements BlockTransfer {
  private static final int COUNT_BITS = 32;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
  private static final int PID_BITS = 16;

  /**
   * How a bio ended.
   *
   * @param error 0 or a negative errno ({@code BIO_UPTODATE} clear)
   * @param data what was read; for a write what was written
   */
  public record BioEnd(Bio bio, long error, Content data) {}

  /**
   * The number of the next bio that a context makes: its own count, so that it does not depend on
   * what other contexts do at the same time.
   */
  public static long numberFor(Context maker) {
    long who = (maker.kind().ordinal() + 1L) << PID_BITS | maker.pid();
    return who << COUNT_BITS | (maker.countBio() & COUNT_MASK);
  }

  @Override
  public boolean writes() {
    return rw == Rw.WRITE;
  }

  @Override
  public long digest(int index) {
    return data.sector(index).digest();
  }

  @Override
  public String label() {
    long who = number >>> COUNT_BITS & ((1 << PID_BITS) - 1);
    return "bio " + (who == 0 ? "" : who + ".") + (number & COUNT_MASK);
  }

  @Override
  public long fingerprint() {
    return number;
  }

  @Override
  public long contents() {
    return data.digest();
  }
}
