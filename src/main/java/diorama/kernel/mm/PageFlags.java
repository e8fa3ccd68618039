package diorama.kernel.mm;

/**
 * A page's flags at one moment.
 *
 * @param inCache {@code page->mapping} is still this mapping
 * @param isPrivate {@code PagePrivate}: the page has buffers
 * @param mapped {@code page_mapped}: a page table entry leads to it
 */
public record PageFlags(
    boolean inCache,
    boolean uptodate,
    boolean dirty,
    boolean writeback,
    boolean error,
    boolean isPrivate,
    boolean locked,
    boolean mapped) {}
