package diorama.engine.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Writes blocks to a file, each with one call to the operating system: what has been written stays
 * when the process is killed.
 */
final class BlockOutput implements Closeable {
  private final FileChannel channel;
  private final CRC32C checksum = new CRC32C();
  private long position;

  /** Makes the file, or empties it, and writes magic and version. */
  BlockOutput(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    ByteBuffer start = ByteBuffer.allocate(Format.MAGIC.length + Integer.BYTES);
    start.put(Format.MAGIC).putInt(Format.VERSION).flip();
    checksum.update(start.duplicate());
    write(start);
  }

  static int size(int payload) {
    return Format.FRAME_HEAD + payload + Format.CHECKSUM;
  }

  /** How many bytes the file has. */
  long position() {
    return position;
  }

  void block(int type, Payload payload) throws IOException {
    int length = payload.length();
    if (length > Format.LONGEST_PAYLOAD) {
      throw new IOException("a block of " + length + " bytes is too long for a trace");
    }
    ByteBuffer block = ByteBuffer.allocate(size(length));
    block.putInt(type << 24 | length);
    checksum.update(block.array(), 0, Integer.BYTES);
    block.putInt((int) checksum.getValue());
    block.put(payload.bytes(), 0, length);
    checksum.update(payload.bytes(), 0, length);
    block.putInt((int) checksum.getValue());
    block.flip();
    write(block);
  }

  private void write(ByteBuffer bytes) throws IOException {
    position += bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
