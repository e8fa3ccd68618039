package diorama.kernel.mm;

import diorama.kernel.sched.Caller;
import diorama.kernel.sched.Done;
import java.util.List;

/** What an {@link AddressSpace} is asked of the buffers of its pages. */
final class BufferSections {
  private BufferSections() {}

  record CreateEmptyBuffers(
      Caller<List<BufferHead>> caller, Page page, int blockSize, boolean uptodate)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.createEmptyBuffers(page, blockSize, uptodate));
    }
  }

  record TryToFreeBuffers(Caller<Boolean> caller, Page page) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.tryToFreeBuffers(caller, page));
    }
  }

  record MapBuffer(Caller<Done> caller, BufferHead bh, long blocknr, boolean isNew)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.mapBuffer(bh, blocknr, isNew);
      caller.answer(Done.DONE);
    }
  }

  record GetBh(Caller<Integer> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.getBh(caller.context(), bh));
    }
  }

  record PutBh(Caller<Integer> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.putBh(caller.context(), bh));
    }
  }

  record LockBuffer(Caller<Done> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.lockBuffer(caller, bh);
    }
  }

  record TryLockBuffer(Caller<Boolean> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.tryLockBuffer(caller.context(), bh));
    }
  }

  record UnlockBuffer(Caller<Done> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.unlockBuffer(caller, bh);
      caller.answer(Done.DONE);
    }
  }

  record WaitOnBuffer(Caller<Boolean> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.waitOnBuffer(caller, bh);
    }
  }

  record MarkBufferDirty(Caller<Done> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.markBufferDirty(bh);
      caller.answer(Done.DONE);
    }
  }

  record TestClearBufferDirty(Caller<Boolean> caller, BufferHead bh)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.testClearBufferDirty(bh));
    }
  }

  record MarkBufferAsyncWrite(Caller<Done> caller, BufferHead bh)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.markBufferAsyncWrite(bh);
      caller.answer(Done.DONE);
    }
  }

  record SetBufferUptodate(Caller<Done> caller, BufferHead bh, boolean uptodate)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.setBufferUptodate(bh, uptodate);
      caller.answer(Done.DONE);
    }
  }

  record WriteFailed(Caller<Done> caller, BufferHead bh) implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.writeFailed(bh);
      caller.answer(Done.DONE);
    }
  }

  record ReadBufferFlags(Caller<BufferFlags> caller, BufferHead bh)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.flags(bh));
    }
  }

  record EndBufferAsyncWrite(Caller<Boolean> caller, BufferHead bh)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.endBufferAsyncWrite(caller, bh));
    }
  }

  record SetBufferWriteIoError(Caller<Done> caller, BufferHead bh)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.setBufferWriteIoError(bh);
      caller.answer(Done.DONE);
    }
  }

  record SetBufferReq(Caller<BufferImage> caller, BufferHead bh, boolean write)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.setBufferReq(bh, write));
    }
  }

  record MarkBufferAsyncRead(Caller<Done> caller, BufferHead bh)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      m.markBufferAsyncRead(bh);
      caller.answer(Done.DONE);
    }
  }

  record EndBufferAsyncRead(Caller<Boolean> caller, BufferHead bh)
      implements AddressSpaceActor.Section {
    @Override
    public void execute(AddressSpace m) {
      caller.answer(m.endBufferAsyncRead(caller, bh));
    }
  }
}
