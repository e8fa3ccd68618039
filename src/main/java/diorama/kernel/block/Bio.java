package diorama.kernel.block;

import diorama.kernel.data.Content;
import diorama.kernel.fs.Rw;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Subject;
import java.util.function.Function;

/**
 * {@code struct bio}: one contiguous transfer.
 *
 * <p>The data of a write is what its pages held when it was submitted; the kernel's device reads
 * the pages later, at the DMA. Pages that change under I/O are therefore not torn here (a
 * simplification; 2.6 has no stable pages).
 *
 * @param number unique in its machine, for people
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
    implements Subject {

  /**
   * How a bio ended.
   *
   * @param error 0 or a negative errno ({@code BIO_UPTODATE} clear)
   * @param data what was read; for a write what was written
   */
  public record BioEnd(Bio bio, long error, Content data) {}

  @Override
  public Kind kind() {
    return Kind.BIO;
  }

  @Override
  public String label() {
    return "bio " + number;
  }
}
