package diorama.trace;

/**
 * A fix that would have prevented a violation, as the explanation names it.
 *
 * @param commit abbreviated commit, or the name of a patch that never became one
 * @param title its title
 * @param firstRelease the first release that has it
 * @param changes what it changes
 * @param source where that is documented
 */
public record FixInfo(
    String commit, String title, String firstRelease, String changes, String source) {}
