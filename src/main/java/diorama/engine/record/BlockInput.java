package diorama.engine.record;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the blocks of a file one after the other and believes none before its checksums. */
final class BlockInput implements Closeable {
  /** A payload with its type, and where in the file the block begins. */
  record Block(int type, long position, PayloadReader payload) {}

  private final Path file;
  private final InputStream in;
  private final CRC32C checksum = new CRC32C();
  private long position;

  /** Opens a file and checks magic and version. */
  BlockInput(Path file) throws IOException {
    this.file = file;
    this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      readStart();
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private void readStart() throws IOException {
    byte[] start = in.readNBytes(Format.MAGIC.length + Integer.BYTES);
    position = start.length;
    int length = Math.min(start.length, Format.MAGIC.length);
    if (length == 0 || Arrays.mismatch(start, 0, length, Format.MAGIC, 0, length) >= 0) {
      throw new DamagedTrace(file, length == 0 ? "the file is empty" : "this is no trace");
    }
    if (start.length < Format.MAGIC.length + Integer.BYTES) {
      throw cutOffInHeader();
    }
    int version = ByteBuffer.wrap(start).getInt(Format.MAGIC.length);
    if (version != Format.VERSION) {
      throw new DamagedTrace(
          file,
          "the trace has version %s of the format, from %s program; this one reads version %d"
              .formatted(
                  Integer.toUnsignedString(version),
                  Integer.compareUnsigned(version, Format.VERSION) < 0 ? "an older" : "a newer",
                  Format.VERSION));
    }
    checksum.update(start);
  }

  DamagedTrace cutOffInHeader() {
    return new DamagedTrace(
        file, "the trace is cut off in its header, at byte " + position + "; nothing can be read");
  }

  DamagedTrace damaged(String what, long where) {
    return new DamagedTrace(file, "the trace is damaged: " + what + " at byte " + where);
  }

  /** How many bytes have been read. */
  long position() {
    return position;
  }

  /** The next block, or null when there is no other whole one. */
  @Nullable Block next() throws IOException {
    long start = position;
    byte[] head = read(Format.FRAME_HEAD);
    if (head == null) {
      return null;
    }
    checksum.update(head, 0, Integer.BYTES);
    ByteBuffer numbers = ByteBuffer.wrap(head);
    check(numbers.getInt(Integer.BYTES), start);
    int length = numbers.getInt(0) & Format.LONGEST_PAYLOAD;
    byte[] rest = read(length + Format.CHECKSUM);
    if (rest == null) {
      return null;
    }
    checksum.update(rest, 0, length);
    check(ByteBuffer.wrap(rest).getInt(length), start);
    return new Block(head[0], start, new PayloadReader(rest, length));
  }

  private byte @Nullable [] read(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    return bytes.length < length ? null : bytes;
  }

  private void check(int written, long start) throws DamagedTrace {
    if ((int) checksum.getValue() != written) {
      throw damaged("a wrong checksum in the block", start);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
