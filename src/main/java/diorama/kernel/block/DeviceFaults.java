package diorama.kernel.block;

import diorama.kernel.fs.Rw;

/**
 * Where a device goes wrong: asked once for each request, when the device starts on it.
 *
 * <p>A bad sector ends the transfer. Sectors in front of it are transferred, as {@code sd_rw_intr}
 * reports after a MEDIUM ERROR; the bio that holds it and those behind it in the request fail with
 * -EIO. The kernel must pass each error on to exactly those that asked for these sectors.
 */
@FunctionalInterface
public interface DeviceFaults {
  /** A device without faults. */
  DeviceFaults NONE = (rw, sector, sectors) -> new Fault(sectors, 0);

  /** What goes wrong with a request. */
  Fault of(Rw rw, long sector, int sectors);

  /** Both this and that go wrong. */
  default DeviceFaults and(DeviceFaults that) {
    return new Both(this, that);
  }

  /** Two faults at once. */
  record Both(DeviceFaults one, DeviceFaults other) implements DeviceFaults {
    @Override
    public Fault of(Rw rw, long sector, int sectors) {
      Fault a = one.of(rw, sector, sectors);
      Fault b = other.of(rw, sector, sectors);
      return new Fault(Math.min(a.goodSectors, b.goodSectors), a.extraNanos + b.extraNanos);
    }
  }

  /**
   * What goes wrong with one request.
   *
   * @param goodSectors how many sectors from the start are transferred; all of them if nothing is
   *     wrong
   * @param extraNanos how much longer it takes, in nanoseconds: retries inside the device
   */
  record Fault(int goodSectors, long extraNanos) {}
}
