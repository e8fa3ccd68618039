package diorama.kernel.block;

import diorama.kernel.Errno;
import diorama.kernel.block.Bio.BioEnd;
import diorama.kernel.data.Content;
import diorama.kernel.fs.Rw;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** {@code struct request}: adjacent bios of one direction that the device serves in one go. */
final class BlockRequest {
  final Rw rw;
  final boolean barrier;
  final ArrayDeque<Bio> bios = new ArrayDeque<>();
  long sector;
  int sectors;
  int segments;

  /** How each bio ended, in the order of the sectors; set before the interrupt is raised. */
  List<BioEnd> ends = List.of();

  BlockRequest(Bio bio) {
    rw = bio.rw();
    barrier = bio.barrier();
    sector = bio.sector();
    sectors = bio.sectors();
    segments = segments(bio);
    bios.add(bio);
  }

  /** How many pages a bio touches, if it starts at a page: the bio's list of them is not kept. */
  static int segments(Bio bio) {
    return (bio.sectors() + 7) / 8;
  }

  long end() {
    return sector + sectors;
  }

  void backMerge(Bio bio) {
    bios.addLast(bio);
    sectors += bio.sectors();
    segments += segments(bio);
  }

  void frontMerge(Bio bio) {
    bios.addFirst(bio);
    sector = bio.sector();
    sectors += bio.sectors();
    segments += segments(bio);
  }

  /** {@code attempt_merge}: takes over the bios of the request that follows on the device. */
  void absorb(BlockRequest next) {
    bios.addAll(next.bios);
    sectors += next.sectors;
    segments += next.segments;
  }

  /**
   * Notes how the transfer ended.
   *
   * @param transferred what was read or written, the sectors behind a bad one included
   * @param goodSectors how many sectors from the start are good
   */
  void ended(Content transferred, int goodSectors) {
    List<BioEnd> all = new ArrayList<>(bios.size());
    int at = 0;
    for (Bio bio : bios) {
      long error = at + bio.sectors() <= goodSectors ? 0 : -Errno.EIO;
      Content data = bio.rw() == Rw.WRITE ? bio.data() : transferred.slice(at, bio.sectors());
      all.add(new BioEnd(bio, error, data));
      at += bio.sectors();
    }
    ends = all;
  }
}
