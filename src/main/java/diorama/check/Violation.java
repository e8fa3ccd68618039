package diorama.check;

import diorama.check.Witness.Role;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that must never happen and did.
 *
 * @param id what it is, for example {@code double-aio-complete}
 * @param race the documented cause, or {@link #UNKNOWN}
 * @param variant which form of it, for example the order of the two completions
 * @param sequence the entry of the history that made it certain
 * @param nanos when that was
 * @param witnesses what it rests on; they are put in the order of the history
 * @param report what the kernel printed because of it, if anything
 */
public record Violation(
    String id,
    String race,
    String variant,
    long sequence,
    long nanos,
    List<Witness> witnesses,
    @Nullable KernelReport report) {
  /** A cause or a variant that the history does not tell. */
  public static final String UNKNOWN = "unknown";

  public Violation {
    witnesses = witnesses.stream().sorted(Comparator.comparingLong(Witness::sequence)).toList();
  }

  /** What the kernel's own complaint makes certain, and nothing else. */
  static Violation reported(String id, String race, String variant, KernelReport report) {
    return new Violation(
        id, race, variant, report.sequence(), report.nanos(), List.of(Witness.of(report)), report);
  }

  /** The same violation with what the kernel printed because of it. */
  public Violation with(KernelReport printed) {
    return new Violation(id, race, variant, sequence, nanos, witnesses, printed);
  }

  /** The witness in this role, or null. */
  public @Nullable Witness witness(Role role) {
    return witnesses.stream().filter(w -> w.role() == role).findFirst().orElse(null);
  }
}
