package diorama.kernel.fs.iomap;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.block.Bio;
import diorama.kernel.block.BlockDeviceActor;
import diorama.kernel.block.DeviceParameters;
import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.DioBio;
import diorama.kernel.fs.Inode;
import diorama.kernel.fs.Rw;
import diorama.kernel.fs.UserSegment.UserPage;
import diorama.kernel.mm.AddressSpaceActor;
import diorama.kernel.mm.Memory;
import diorama.kernel.mm.Page;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;

/**
 * {@code iomap_apply} with {@code iomap_dio_actor}, fs/iomap.c (4.10), for one request: asks the
 * file system for one extent after the other, and makes bios of each. Belongs to the submitting
 * context.
 */
final class IomapDioSubmission {
  /** {@code BIO_MAX_PAGES}. */
  private static final int BIO_MAX_PAGES = 256;

  private final ActorRef<IomapDioActor.Command> dios;
  private final ActorRef<BlockDeviceActor.Command> bdev;
  private final DeviceParameters device;
  private final IomapDioComplete completion;
  private final IomapDioRef dio;
  private final Inode inode;
  private final boolean write;
  private final UserCursor memory;
  private final long end;

  private long pos;
  private long size;
  private boolean unwritten;
  private long ret;

  /**
   * A request at its start.
   *
   * @param end where a read ends at the latest: the size that the file had
   */
  IomapDioSubmission(
      ActorRef<IomapDioActor.Command> dios,
      ActorRef<BlockDeviceActor.Command> bdev,
      DeviceParameters device,
      IomapDioComplete completion,
      IomapDioRef dio,
      Inode inode,
      boolean write,
      UserCursor memory,
      long pos,
      long end) {
    this.dios = dios;
    this.bdev = bdev;
    this.device = device;
    this.completion = completion;
    this.dio = dio;
    this.inode = inode;
    this.write = write;
    this.memory = memory;
    this.pos = pos;
    this.end = end;
  }

  /** Bytes that are covered by what was submitted, holes that were read included. */
  long size() {
    return size;
  }

  /** {@code IOMAP_DIO_UNWRITTEN}. */
  boolean toUnwritten() {
    return unwritten;
  }

  /** Submits all of it: 0 or a negative errno. */
  Step<Long> run(IomapOps ops) {
    return Step.loop(
            () -> ret == 0 && memory.count() > 0 && pos < end ? nextExtent(ops) : Step.done(false))
        .then(() -> Step.done(ret));
  }

  private Step<Boolean> nextExtent(IomapOps ops) {
    return Step.function(
        "iomap_apply",
        () ->
            ops.iomapBegin(inode, pos, memory.count(), write)
                .then(
                    iomap -> {
                      ret = iomap.error();
                      return ret != 0 ? Step.done() : actor(iomap);
                    })
                .map(d -> true));
  }

  /** {@code iomap_dio_actor}. */
  private Step<Done> actor(Iomap iomap) {
    return Step.function(
        "iomap_dio_actor",
        () -> {
          long length = Math.min(memory.count(), iomap.length());
          if (((pos | length | memory.alignment()) & (device.logicalBlockSize() - 1)) != 0) {
            ret = -Errno.EINVAL;
            return Step.done();
          }
          if (!write && iomap.type() != Iomap.Type.MAPPED) {
            memory.zero(length);
            advance(length);
            return Step.done();
          }
          unwritten |= iomap.type() == Iomap.Type.UNWRITTEN;
          return transfer(iomap, length);
        });
  }

  private void advance(long bytes) {
    pos += bytes;
    size += bytes;
  }

  /** The rest of a file system block that held nothing yet becomes zeros, in front and behind. */
  private Step<Done> transfer(Iomap iomap, long length) {
    boolean needZeroout = write && (iomap.type() == Iomap.Type.UNWRITTEN || iomap.isNew());
    long blockSize = 1L << inode.blkbits();
    long start = pos;
    long pad = pos & (blockSize - 1);
    return Step.when(needZeroout && pad != 0, () -> zero(iomap.sector() - pad / Sector.SIZE, pad))
        .then(() -> Step.loop(() -> nextBio(iomap, start, length)))
        .then(
            () -> {
              long covered = pos & (blockSize - 1);
              return Step.when(
                  needZeroout && covered != 0,
                  () -> zero(sectorAt(iomap, start), blockSize - covered));
            });
  }

  private long sectorAt(Iomap iomap, long start) {
    return iomap.sector() + (pos - start) / Sector.SIZE;
  }

  private Step<Boolean> nextBio(Iomap iomap, long start, long length) {
    if (ret != 0 || pos == start + length) {
      return Step.done(false);
    }
    int perBio = Math.min(device.bioGetNrVecs(), device.maxSectors() / Page.SECTORS);
    int pages = Math.min(BIO_MAX_PAGES, perBio);
    DioBio bio = new DioBio(sectorAt(iomap, start), device.maxSectors(), pages);
    return memory
        .fill(bio, start + length - pos, pages)
        .then(
            bytes -> {
              if (bytes == 0) {
                ret = -Errno.EFAULT;
                return Step.done(false);
              }
              advance(bytes);
              return submitBio(bio).map(d -> true);
            });
  }

  /** {@code iomap_dio_zero}: a bio of zeros with a reference of its own. */
  private Step<Done> zero(long sector, long bytes) {
    DioBio bio = new DioBio(sector, device.maxSectors(), 1);
    bio.addPage(UserPage.ZERO, 0, (int) bytes);
    return Step.function("iomap_dio_zero", () -> submitBio(bio));
  }

  private Step<Done> submitBio(DioBio assembled) {
    return Step.forEach(assembled.pieces(), IomapDioSubmission::take)
        .then(() -> IomapDioActor.submitBio(dios, dio))
        .then(
            number ->
                write
                    ? BlockDeviceActor.submitBioSync(bdev, bio(number, assembled))
                    : BlockDeviceActor.submitBio(bdev, bio(number, assembled)));
  }

  /** A bio holds what its pages held when it was submitted. */
  private static Step<Done> take(DioBio.Piece piece) {
    return AddressSpaceActor.content(piece.page())
        .map(
            content -> {
              piece.take(content);
              return Done.DONE;
            });
  }

  /** The user's pages are let go in the interrupt, behind the reference (up to 7.0). */
  private Bio bio(long number, DioBio assembled) {
    IomapDioRef pointer = dio;
    IomapDioComplete callback = completion;
    return new Bio(
        number,
        write ? Rw.WRITE : Rw.READ,
        assembled.sector(),
        assembled.sectors(),
        write ? assembled.data() : Content.zeros(assembled.sectors()),
        false,
        pointer,
        end -> {
          if (end.error() == 0 && end.bio().rw() == Rw.READ) {
            assembled.store(end.data());
          }
          return callback
              .bioEndIo(pointer, end)
              .then(() -> Step.forEach(assembled.pieces(), piece -> Memory.putPage(piece.page())));
        });
  }
}
