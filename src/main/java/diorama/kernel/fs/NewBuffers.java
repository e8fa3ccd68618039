package diorama.kernel.fs;

import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.BufferFlags;
import diorama.kernel.mm.BufferHead;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import java.util.function.Function;

/** Buffers of blocks that the write under way has allocated, BH_New, of a locked page. */
public final class NewBuffers {
  private NewBuffers() {}

  /**
   * {@code page_zero_new_buffers}, fs/buffer.c (4.2): what lies between two offsets and in a new
   * block becomes zeros, up to date and dirty.
   */
  public static Step<Done> pageZeroNewBuffers(Page page, int from, int to) {
    return Step.function(
        "page_zero_new_buffers", () -> zero(page, from, to, AddressSpaceActor::markBufferDirty));
  }

  /**
   * The walk of {@code page_zero_new_buffers}.
   *
   * @param file what is done with each buffer in the end
   */
  public static Step<Done> zero(
      Page page, int from, int to, Function<BufferHead, ? extends Step<?>> file) {
    return eachNew(
        page,
        from,
        to,
        (bh, flags) ->
            zeroBuffer(page, bh, from, to)
                .then(() -> AddressSpaceActor.mapBuffer(bh, flags.blocknr(), false))
                .then(() -> file.apply(bh).map(x -> Done.DONE)));
  }

  private static Step<Done> zeroBuffer(Page page, BufferHead bh, int from, int to) {
    int start = Math.max(from, bh.number() * bh.size());
    int end = Math.min(to, (bh.number() + 1) * bh.size());
    return AddressSpaceActor.pageFlags(page)
        .then(
            flags ->
                Step.when(
                    !flags.uptodate(),
                    () ->
                        BlockWrite.zero(page, start, end)
                            .then(() -> AddressSpaceActor.setBufferUptodate(bh, true))));
  }

  /** {@code clear_buffer_new}. */
  static Step<Done> clearNew(Page page, int from, int to) {
    return eachNew(
        page, from, to, (bh, flags) -> AddressSpaceActor.mapBuffer(bh, flags.blocknr(), false));
  }

  private interface OfBuffer {
    Step<Done> of(BufferHead bh, BufferFlags flags);
  }

  private static Step<Done> eachNew(Page page, int from, int to, OfBuffer work) {
    return AddressSpaceActor.pageBuffers(page)
        .then(
            buffers ->
                Step.forEach(
                    buffers,
                    bh ->
                        from >= to || BlockWrite.outside(bh, from, to)
                            ? Step.done()
                            : AddressSpaceActor.bufferFlags(bh)
                                .then(
                                    flags -> Step.when(flags.isNew(), () -> work.of(bh, flags)))));
  }
}
