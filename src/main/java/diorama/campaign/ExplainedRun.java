package diorama.campaign;

import diorama.check.History;
import diorama.check.Violation;
import diorama.trace.Explanation;
import diorama.trace.Message;
import java.util.List;

/**
 * A violation of a replayed machine, with all that led to it.
 *
 * @param violation what was found
 * @param explanation in words
 * @param history what the kernel told up to then
 * @param messages what the machine's actors were handed, in that order; the last {@link
 *     Replaying#MESSAGES} of them
 */
public record ExplainedRun(
    Violation violation, Explanation explanation, History history, List<Message> messages) {}
