package diorama.kernel.mm;

import diorama.kernel.data.Content;

/**
 * What a buffer is when I/O is submitted for it.
 *
 * @param blocknr disk block
 * @param content what it holds now: a bio of the miniature carries data instead of pages
 */
public record BufferImage(long blocknr, Content content) {}
