package diorama.campaign;

import diorama.trace.Explanation;
import java.util.List;

/**
 * The smallest run that was found.
 *
 * @param anomaly what it shows
 * @param workload what its programs do
 * @param shown its machine and schedule
 * @param before the schedule that was found with this workload, before it was pruned
 * @param explanation of what happens in it
 * @param orderings the critical ones
 * @param schedulesTried to shrink the workload
 * @param pruningsTried to simplify the schedule
 */
record Minimised(
    Anomaly anomaly,
    Workload workload,
    Trial shown,
    Choices before,
    Explanation explanation,
    List<Ordering> orderings,
    long schedulesTried,
    int pruningsTried) {}
