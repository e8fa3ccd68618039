package diorama.campaign;

import java.util.List;
import java.util.Map;

/**
 * A documented cause of violations.
 *
 * @param name as scenarios and results call it
 * @param title what happens, in one line
 * @param violations what it causes
 * @param story how it comes about
 * @param what what a user sees
 * @param where the functions that take part
 * @param since the first kernel that has it
 * @param until the first kernel that has it no more
 * @param madeBy commits without which it is not there
 * @param fixedBy commits
 * @param left what the fix did not remove
 * @param variants the ways in which it comes about, by the name that results use
 * @param sources where that is documented
 * @param certainty what of it is documented and what is inferred
 * @param shownBy the command that shows it
 */
public record Race(
    String name,
    String title,
    List<String> violations,
    String story,
    String what,
    List<String> where,
    String since,
    String until,
    List<String> madeBy,
    List<String> fixedBy,
    String left,
    Map<String, String> variants,
    List<String> sources,
    String certainty,
    String shownBy) {}
