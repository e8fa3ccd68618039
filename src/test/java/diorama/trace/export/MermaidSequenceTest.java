package diorama.trace.export;

import static org.assertj.core.api.Assertions.assertThat;

import diorama.check.Check;
import diorama.check.ExactlyOneEvent;
import diorama.check.Histories;
import diorama.check.History;
import diorama.check.IoErrorEvent;
import diorama.kernel.sched.Context;
import diorama.trace.InterleavingTable;
import diorama.trace.InterleavingTable.Column;
import diorama.trace.InterleavingTable.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MermaidSequenceTest {
  private static final Context WRITER = new Context(Context.Kind.PROCESS, "writer", 1);

  private static InterleavingTable table(History history, Check check) {
    return InterleavingTable.of(history, Check.judge(history, List.of(check)).get(0));
  }

  private static String diagram(String name, String work, String text, String note) {
    return MermaidSequence.of(
        new InterleavingTable(
            List.of(),
            List.of(new Column(WRITER, name, work)),
            List.of(new Row(1, 0, 0, text, note, false)),
            List.of()));
  }

  @Test
  void aTableIsADiagramOfNotes() {
    assertThat(
            MermaidSequence.of(
                table(Histories.invalidatedFirst().build(), new IoErrorEvent(false))))
        .isEqualTo(
            """
            sequenceDiagram
              participant p0 as aio-dio 312<br/>(io_submit)
              participant p1 as kjournald 97
              participant p2 as IRQ
              Note over p0,p2: kiocb 5#35;3, page 12 bh
              Note over p0: 0.0 us aio_get_req<br/>ki_users=2
              Note over p1: 39.0 us file buffer BJ_Locked
              Note over p1: 40.0 us get_bh<br/>b_count=2
              Note over p1: 41.0 us wait_on_buffer
              Note over p2: 799.0 us unlock_buffer
              Note over p2: 800.0 us end_page_writeback
              Note over p0: 801.0 us journal_try_to_free_buffer: unfiled
              Note over p0: 802.0 us put_bh<br/>b_count=1
              rect rgba(255, 0, 0, 0.2)
                Note over p0: 803.0 us drop_buffers: busy<br/>b_count=1
              end
              Note over p0: 804.0 us retry returns -EIO
              rect rgba(255, 0, 0, 0.2)
                Note over p0: 805.0 us aio_complete(-EIO)<br/>ki_users=1, event #35;1
              end
              Note over p0: 807.0 us aio_put_req<br/>ki_users=0
              Note over p0: 808.0 us kmem_cache_free<br/>kiocb freed
              Note over p1: 899.0 us put_bh<br/>b_count=0, too late
            """);
  }

  @Test
  void anArrowStandsBeforeTheRowThatFollows() {
    History history = Histories.submissionFirst().build();
    InterleavingTable table = table(history, new ExactlyOneEvent());
    String diagram =
        MermaidSequence.of(
            table, Causes.of(history, table, Letters.ofSubmissionFirst(), Letters::contextOf));
    assertThat(diagram.lines().filter(line -> line.contains("->>")))
        .containsExactly(
            "  p1->>p2: get_bh to inode-12/mapping",
            "  p2->>p0: end_page_writeback to inode-12/mapping",
            "  p0->>p1: invalidate_inode_pages2 to inode-12/mapping",
            "  p0->>p2: submit_bio to bdev",
            "  p0->>p2: aio_complete to aio-memory");
    assertThat(diagram)
        .contains(
            """
              p0->>p1: invalidate_inode_pages2 to inode-12/mapping
              Note over p1: 919.0 us put_bh<br/>b_count=0, too late
            """);
  }

  @Test
  void aCauseThatIsNoRowIsNoArrow() {
    InterleavingTable table = table(Histories.submissionFirst().build(), new ExactlyOneEvent());
    Row last = table.rows().get(table.rows().size() - 1);
    List<Cause> causes =
        List.of(new Cause(100_000, last.sequence(), "x"), new Cause(last.sequence(), 100_000, "x"));
    assertThat(MermaidSequence.of(table, causes)).isEqualTo(MermaidSequence.of(table));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "a;b           | a#59;b",
        "kiocb 5#3     | kiocb 5#35;3",
        "<script>      | #60;script#62;",
        "R&B           | R#38;B",
        "100%% of it   | 100#37;#37; of it",
        "$$x$$         | #36;#36;x#36;#36;",
        "say \"so\"    | say #34;so#34;",
        "wrap: it      | wrap#58; it",
        "nowrap: it    | nowrap#58; it",
        "drop_buffers: busy | drop_buffers: busy",
        "commit (T_FLUSH), a->b, x=-1! | commit (T_FLUSH), a-#62;b, x=-1!"
      })
  void whatMermaidWouldTakeForItsOwnIsEscaped(String text, String escaped) {
    assertThat(MermaidSequence.escape(text)).isEqualTo(escaped);
    assertThat(diagram(text, text, "x", ""))
        .contains("participant p0 as " + escaped + "<br/>(" + escaped + ")\n");
    assertThat(diagram("writer 1", "", text, text))
        .contains("Note over p0: 0.0 us " + escaped + "<br/>" + escaped + "\n");
  }

  @Test
  void aLineBreakBreaksTheLineAndOtherControlCharactersAreSpaces() {
    assertThat(MermaidSequence.escape(" one\ntwo\u0007\tthree\r")).isEqualTo("one<br/>two  three");
  }

  @Test
  void aTableWithoutAnythingIsAnEmptyDiagram() {
    InterleavingTable nothing =
        new InterleavingTable(List.of(), List.of(), List.of(), List.of("Nothing is known."));
    assertThat(MermaidSequence.of(nothing)).isEqualTo("sequenceDiagram\n");
  }

  @Test
  void remarksStandBelow() {
    List<Column> columns = List.of(new Column(WRITER, "writer 1", ""));
    InterleavingTable table =
        new InterleavingTable(List.of("kiocb 1"), columns, List.of(), List.of("It is lost."));
    assertThat(MermaidSequence.of(table))
        .isEqualTo(
            """
            sequenceDiagram
              participant p0 as writer 1
              Note over p0: kiocb 1
              Note over p0: (It is lost.)
            """);
  }
}
