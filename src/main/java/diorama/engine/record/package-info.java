/**
 * Trace files: in which order the actors of one machine were handed their messages. Knows bytes and
 * numbers; what runs, and what a header or a note says, is known elsewhere.
 *
 * <p>A file is
 *
 * <pre>
 *   8 bytes   89 'D' 'I' 'O' 'R' 'A' 'M' 'A'
 *   4 bytes   version of this format, 1
 *   blocks    the header, then any number of the others, the end last
 * </pre>
 *
 * <p>and a block is
 *
 * <pre>
 *   1 byte    type
 *   3 bytes   length of the payload
 *   4 bytes   checksum up to here
 *   n bytes   payload
 *   4 bytes   checksum up to here
 * </pre>
 *
 * <p>Integers have their most significant byte first. Each checksum is the CRC-32C of everything in
 * the file that is no checksum, up to where it stands; so a length that is wrong is never believed,
 * and a block that is missing or was copied from elsewhere is noticed as a wrong one is.
 *
 * <p>In payloads <i>n</i> is a number of seven bits a byte, least significant first, the eighth bit
 * set on all but the last byte:
 *
 * <ul>
 *   <li>1, header: text in UTF-8.
 *   <li>2, actors: for each the length of its path in bytes (n) and the path in UTF-8. They are
 *       numbered from 0 in the order of the file.
 *   <li>3, deliveries: how many (n), then for each: receiver (n); sender + 1 (n); {@code 2 z + t}
 *       (n), where z is the difference to the last sequence number of this sender, with its sign in
 *       the lowest bit; and if t is 1, nanoseconds since the last delivery that had some (n).
 *   <li>4, note: length of the key (n), the key, the text, both in UTF-8.
 *   <li>5, end: how many deliveries the file has (n).
 * </ul>
 */
@NullMarked
package diorama.engine.record;

import org.jspecify.annotations.NullMarked;
