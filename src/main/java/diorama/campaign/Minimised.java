package diorama.campaign;

import diorama.trace.Explanation;
import java.util.List;

/**
 * The smallest run that was found.
 *
 * @param anomaly what it shows
 * @param plan its machine
 * @param workload what its programs do
 * @param shown its machine and schedule
 * @param explanation of what happens in it
 * @param orderings the critical ones
 * @param areAll whether there are no others
 * @param schedulesTried to shrink the workload
 * @param pruningsTried to simplify the schedule
 */
record Minimised(
    Anomaly anomaly,
    MachinePlan plan,
    Workload workload,
    Trial shown,
    Explanation explanation,
    List<Ordering> orderings,
    boolean areAll,
    long schedulesTried,
    int pruningsTried) {}
