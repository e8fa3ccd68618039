package diorama.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.kernel.block.Bio;
import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.Rw;
import diorama.kernel.sched.Context;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.tracepoint.Subject;
import diorama.kernel.tracepoint.Tracepoint;
import org.junit.jupiter.api.Test;

/** What the number that tells runs apart depends on. */
class TraceHashTest {
  private static final Context IRQ = new Context(Context.Kind.INTERRUPT, "IRQ", 0);

  private static final Subject DIO =
      new Subject() {
        @Override
        public Kind kind() {
          return Kind.DIO;
        }

        @Override
        public String label() {
          return "dio 1";
        }
      };

  private static long hashOf(long sector, Content data) {
    Bio bio =
        new Bio(1, Rw.WRITE, sector, data.sectors(), data, false, DIO, end -> Step.done(Done.DONE));
    TraceHash hash = new TraceHash(point -> {});
    hash.emit(Tracepoint.of("submit_bio", IRQ, bio, "sector=%d", sector));
    return hash.value();
  }

  @Test
  void itDependsOnWhatIsWritten() {
    byte[] ones = new byte[Sector.SIZE];
    ones[0] = 1;
    assertThat(hashOf(8, Content.stamped(1, 0, 8)))
        .isEqualTo(hashOf(8, Content.stamped(1, 0, 8)))
        .isNotEqualTo(hashOf(8, Content.stamped(2, 0, 8)))
        .isNotEqualTo(hashOf(8, Content.stamped(1, 8, 8)))
        .isNotEqualTo(hashOf(8, Content.zeros(8)))
        .isNotEqualTo(hashOf(16, Content.stamped(1, 0, 8)));
    assertThat(hashOf(8, Content.of(new Sector.Bytes(ones))))
        .isNotEqualTo(hashOf(8, Content.of(new Sector.Bytes(new byte[Sector.SIZE]))));
  }
}
