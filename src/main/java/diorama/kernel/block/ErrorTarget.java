package diorama.kernel.block;

import diorama.kernel.fs.Rw;

/**
 * The device-mapper target {@code error} over a part of the device, {@code drivers/md/dm-target.c}:
 * every transfer that touches one of its sectors fails there.
 *
 * @param start first sector
 * @param length sectors, at least 1
 */
public record ErrorTarget(long start, long length) implements DeviceFaults {
  @Override
  public Fault of(Rw rw, long sector, int sectors) {
    boolean touched = sector < start + length && start < sector + sectors;
    return new Fault(touched ? (int) Math.max(0, start - sector) : sectors, 0);
  }
}
