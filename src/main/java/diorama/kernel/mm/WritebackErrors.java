package diorama.kernel.mm;

import diorama.kernel.Errno;
import diorama.kernel.fs.File;
import diorama.kernel.fs.Inode;
import diorama.kernel.mm.AddressSpaceActor.Section;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * What a mapping remembers of errors of its write-back: AS_EIO, and since 4.13 {@code wb_err}
 * besides.
 */
public final class WritebackErrors {
  private boolean eio;
  private final Errseq wbErr = new Errseq();

  /** {@code mapping_set_error(-EIO)}. */
  void set() {
    eio = true;
    wbErr.set(Errno.EIO);
  }

  /** {@code test_and_clear_bit(AS_EIO)}. */
  boolean testAndClearEio() {
    boolean was = eio;
    eio = false;
    return was;
  }

  record Sample(Caller<Done> caller, Errseq seen, boolean unseenIsReported) implements Section {
    @Override
    public void execute(AddressSpace m) {
      seen.sample(m.errors().wbErr, unseenIsReported);
      caller.answer(Done.DONE);
    }
  }

  record CheckAndAdvance(Caller<Long> caller, Errseq seen) implements Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(seen.checkAndAdvance(m.errors().wbErr));
    }
  }

  record SetWbErr(Caller<Done> caller) implements Section {
    @Override
    public void execute(AddressSpace m) {
      m.errors().wbErr.set(Errno.EIO);
      caller.answer(Done.DONE);
    }
  }

  /** {@code filemap_sample_wb_err}, for a file that is being opened; see {@link Errseq#sample}. */
  public static Step<Done> filemapSampleWbErr(File file, boolean unseenIsReported) {
    return Step.call(file.inode().mapping(), c -> new Sample(c, file.wbErr(), unseenIsReported));
  }

  /** {@code file_check_and_advance_wb_err}, mm/filemap.c (4.13): 0 or a negative errno. */
  static Step<Long> fileCheckAndAdvanceWbErr(File file) {
    return Step.call(file.inode().mapping(), c -> new CheckAndAdvance(c, file.wbErr()));
  }

  /** {@code errseq_set(&mapping->wb_err, -EIO)}, without AS_EIO. */
  public static Step<Done> setWbErr(Inode inode) {
    return Step.call(inode.mapping(), SetWbErr::new);
  }
}
