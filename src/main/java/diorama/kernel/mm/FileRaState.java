package diorama.kernel.mm;

import akka.actor.typed.ActorRef;
import diorama.kernel.mm.AddressSpaceActor.Section;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * {@code struct file_ra_state}: how far the readahead of an open file has come, in pages.
 *
 * <p>That of a file ({@code f_ra}) is touched by the file's {@link AddressSpace} only; a reader
 * works on a copy of its own, as {@code do_generic_mapping_read} does.
 */
public final class FileRaState {
  /** {@code MMAP_LOTSAMISS}. */
  private static final int MMAP_LOTSAMISS = 100;

  /** The last page that was asked for; -1 before the first. */
  long prevPage = -1;

  /** The current window. */
  long start;

  long size;

  /** The window behind it that is read already. */
  long aheadStart;

  long aheadSize;

  /** {@code RA_FLAG_MISS}: a page that had been read ahead was not there any more. */
  boolean miss;

  /** {@code RA_FLAG_INCACHE}: so many pages were there that readahead is off. */
  boolean inCache;

  long cacheHit;
  private int mmapHit;
  private int mmapMiss;

  private void set(FileRaState from) {
    prevPage = from.prevPage;
    start = from.start;
    size = from.size;
    aheadStart = from.aheadStart;
    aheadSize = from.aheadSize;
    miss = from.miss;
    inCache = from.inCache;
    cacheHit = from.cacheHit;
  }

  /** {@code ra_off}. */
  void off() {
    start = 0;
    size = 0;
    aheadStart = 0;
    aheadSize = 0;
    miss = false;
    inCache = false;
  }

  /** {@code handle_ra_miss}. */
  void missed() {
    miss = true;
    inCache = false;
    cacheHit = 0;
  }

  record CopyFrom(Caller<FileRaState> caller, FileRaState ra) implements Section {
    @Override
    public void execute(AddressSpace m) {
      FileRaState copy = new FileRaState();
      copy.set(ra);
      caller.answer(copy);
    }
  }

  record CopyBack(Caller<Done> caller, FileRaState ra, FileRaState copy) implements Section {
    @Override
    public void execute(AddressSpace m) {
      ra.set(copy);
      caller.answer(Done.DONE);
    }
  }

  record MmapMiss(Caller<Boolean> caller, FileRaState ra) implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(++ra.mmapMiss <= ra.mmapHit + MMAP_LOTSAMISS);
    }
  }

  record MmapHit(Caller<Done> caller, FileRaState ra) implements Section {
    @Override
    public void execute(AddressSpace m) {
      ra.mmapHit++;
      caller.answer(Done.DONE);
    }
  }

  /** {@code ra = *_ra}: a copy for one read. */
  static Step<FileRaState> copyFrom(ActorRef<AddressSpaceActor.Command> mapping, FileRaState ra) {
    return Step.call(mapping, c -> new CopyFrom(c, ra));
  }

  /** {@code *_ra = ra}: what another reader of the same open file did meanwhile is lost. */
  static Step<Done> copyBack(
      ActorRef<AddressSpaceActor.Command> mapping, FileRaState ra, FileRaState copy) {
    return Step.call(mapping, c -> new CopyBack(c, ra, copy));
  }

  /** {@code ra->mmap_miss++}: whether faults of this file still find enough to read around them. */
  static Step<Boolean> mmapMiss(ActorRef<AddressSpaceActor.Command> mapping, FileRaState ra) {
    return Step.call(mapping, c -> new MmapMiss(c, ra));
  }

  /** {@code ra->mmap_hit++}. */
  static Step<Done> mmapHit(ActorRef<AddressSpaceActor.Command> mapping, FileRaState ra) {
    return Step.call(mapping, c -> new MmapHit(c, ra));
  }
}
