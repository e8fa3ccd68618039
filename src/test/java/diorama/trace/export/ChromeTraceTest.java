package diorama.trace.export;

import static diorama.trace.export.Letters.JOURNAL;
import static diorama.trace.export.Letters.PAGES;
import static diorama.trace.export.Letters.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import diorama.check.Check;
import diorama.check.ExactlyOneEvent;
import diorama.check.Histories;
import diorama.check.History;
import diorama.check.HistoryBuilder;
import diorama.check.KernelReport;
import diorama.check.Violation;
import diorama.trace.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChromeTraceTest {
  private static final int PLENTY = 100_000;

  private static String trace(HistoryBuilder builder, List<Message> messages, int most) {
    History history = builder.build();
    List<Violation> found = Check.judge(history, List.of(new ExactlyOneEvent()));
    return ChromeTrace.of(
        history, messages, found.isEmpty() ? null : found.get(0), Letters::contextOf, most);
  }

  private static List<JsonNode> events(HistoryBuilder builder, List<Message> messages) {
    return TraceFormat.events(trace(builder, messages, PLENTY));
  }

  private static List<String> told(List<JsonNode> events, Predicate<JsonNode> wanted) {
    return events.stream()
        .filter(wanted)
        .map(e -> micros(e) + " " + e.get("ph").asText() + " " + e.get("name").asText())
        .toList();
  }

  private static String micros(JsonNode event) {
    return event.get("ts").decimalValue().setScale(3).toString();
  }

  private static Predicate<JsonNode> phases(String phases) {
    return e -> phases.contains(e.get("ph").asText());
  }

  private static Predicate<JsonNode> category(String category) {
    return e -> e.path("cat").asText().equals(category);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 20, 60, 200, PLENTY})
  void aTraceIsWellFormedHoweverShortItIs(int most) {
    List<Message> messages = Letters.ofSubmissionFirst();
    for (HistoryBuilder history :
        List.of(
            Histories.submissionFirst(),
            Histories.bioFirst(),
            Histories.slabReuse(),
            Histories.poisoned(),
            Histories.silent(),
            new HistoryBuilder())) {
      assertThat(TraceFormat.problems(TraceFormat.events(trace(history, messages, most))))
          .isEmpty();
    }
  }

  @Test
  void aTraceThatLacksAnythingIsNotWellFormed() {
    List<JsonNode> events = events(Histories.submissionFirst(), Letters.ofSubmissionFirst());
    for (String phase : List.of("B", "E", "X", "s", "f", "M")) {
      List<JsonNode> without = new ArrayList<>(events);
      without.remove(
          events.stream()
              .filter(e -> e.get("ph").asText().equals(phase))
              .findFirst()
              .orElseThrow());
      assertThat(TraceFormat.problems(without)).as("without " + phase).isNotEmpty();
    }
    List<JsonNode> swapped = new ArrayList<>(events);
    swapped.add(swapped.remove(events.size() - 20));
    assertThat(TraceFormat.problems(swapped)).isNotEmpty();
  }

  @Test
  void eachContextAndEachObjectHasATrack() {
    List<JsonNode> events = events(Histories.submissionFirst(), Letters.ofSubmissionFirst());
    assertThat(events.stream().filter(e -> e.get("name").asText().equals("thread_name")))
        .extracting(e -> e.get("pid") + " " + e.get("args").get("name").asText())
        .containsExactly(
            "1 aio-dio/312",
            "1 aio-dio/313",
            "1 kjournald/97",
            "1 softirq/0",
            "2 aio-memory",
            "2 inode-12/mapping",
            "2 bdev");
    assertThat(events.stream().filter(e -> e.get("name").asText().equals("process_name")))
        .extracting(e -> e.get("args").get("name").asText())
        .containsExactly("machine", "memory");
  }

  @Test
  void aSystemCallIsASliceThatTellsItsResult() {
    List<JsonNode> events = events(Histories.submissionFirst(), List.of());
    assertThat(told(events, category("syscall")))
        .containsExactly("100.000 B sys_io_submit", "1026.000 E sys_io_submit");
    assertThat(events.stream().filter(phases("E")).findFirst().orElseThrow().at("/args/returned"))
        .hasToString("1");
  }

  @Test
  void aCallThatOopsesEndsThere() {
    List<JsonNode> events = events(Histories.bioFirst(), List.of());
    assertThat(told(events, e -> category("syscall").or(category("report")).test(e)))
        .containsExactly(
            "100.000 B sys_io_submit",
            "1207.000 i kernel BUG at fs/aio.c:512!",
            "1207.000 E sys_io_submit");
  }

  @Test
  void aCallThatIsStillOpenEndsWithTheTrace() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(5).enters(h.process, "sys_io_getevents").event("schedule", h.process, null);
    assertThat(told(events(h, List.of()), category("syscall")))
        .containsExactly("5.000 B sys_io_getevents", "6.001 E sys_io_getevents");
  }

  @Test
  void aCallWhoseBeginningIsLostIsAnInstant() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(5).returns(h.process, 3);
    assertThat(told(events(h, List.of()), category("syscall")))
        .containsExactly("5.000 i sys_io_submit returns");
  }

  @Test
  void aCallThatReturnsEndsWhatItHadInside() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(5).enters(h.process, "sys_io_submit").enters(h.process, "sys_alarm");
    h.returns(h.process, 1).returns(h.process, 2);
    assertThat(told(events(h, List.of()), category("syscall")))
        .containsExactly(
            "5.000 B sys_io_submit",
            "6.000 B sys_alarm",
            "7.000 E sys_alarm",
            "7.000 E sys_io_submit",
            "8.000 i sys_io_submit returns");
  }

  @Test
  void aReturnFromAnotherCallEndsNothing() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(5).enters(h.process, "sys_alarm").returns(h.process, 1);
    assertThat(told(events(h, List.of()), category("syscall")))
        .containsExactly("5.000 B sys_alarm", "6.000 i sys_io_submit returns", "6.001 E sys_alarm");
  }

  @Test
  void aTracepointTellsItsMemoryAndItsValues() {
    List<JsonNode> events = events(Histories.submissionFirst(), List.of());
    JsonNode busy =
        events.stream()
            .filter(e -> e.get("name").asText().equals("drop_buffers: busy"))
            .findFirst()
            .orElseThrow();
    assertThat(busy.get("args"))
        .hasToString(
            "{\"sequence\":100,\"subject\":\"page 12\",\"related\":\"page 12 bh\","
                + "\"detail\":\"b_count=1 state=0\"}");
  }

  @Test
  void whatThePrintedReportSaysIsKept() {
    List<JsonNode> events = events(Histories.submissionFirst(), List.of());
    JsonNode report = events.stream().filter(category("report")).findFirst().orElseThrow();
    assertThat(report.at("/args/call trace").asText()).startsWith("__aio_put_req, aio_complete, ");
    assertThat(report.at("/args/printed").asText()).contains("kernel BUG at fs/aio.c:512!\n");
  }

  @Test
  void theViolationIsAnInstantOfTheWholeMachine() {
    List<JsonNode> events = events(Histories.submissionFirst(), List.of());
    assertThat(told(events, category("violation")))
        .containsExactly("5265.000 i double-aio-complete");
    JsonNode violation = events.stream().filter(category("violation")).findFirst().orElseThrow();
    assertThat(violation.get("s").asText()).isEqualTo("g");
    assertThat(violation.at("/args/variant").asText()).isEqualTo("submission-first");
  }

  @Test
  void whatHappensAtOneInstantIsDrawnInItsOrder() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(1).event("get_bh", h.journal, h.buffer).at(1).event("put_bh", h.journal, h.buffer);
    Letters letters =
        new Letters()
            .atOnce(JOURNAL, PAGES, "get_bh", 0)
            .atOnce(PAGES, JOURNAL, "Done", 1)
            .atOnce(JOURNAL, PAGES, "put_bh", 1)
            .atOnce(PAGES, JOURNAL, "Done", 2);
    List<JsonNode> events = events(h, letters.list());
    assertThat(told(events, phases("sfi")))
        .containsExactly(
            "1.000 s get_bh",
            "1.001 f get_bh",
            "1.002 i get_bh",
            "1.003 s Done",
            "1.004 f Done",
            "1.005 s put_bh",
            "1.006 f put_bh",
            "1.007 i put_bh",
            "1.008 s Done",
            "1.009 f Done");
    assertThat(events.stream().filter(phases("i")))
        .extracting(e -> e.at("/args/nanos").asLong())
        .containsExactly(1000L, 1000L);
    assertThat(TraceFormat.problems(events)).isEmpty();
  }

  @Test
  void aClockThatRunsBehindTurnsNoArrowAround() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(9).event("get_bh", h.journal, h.buffer);
    Letters letters = new Letters().letter(JOURNAL, PAGES, "get_bh", 8, 7);
    List<JsonNode> events = events(h, letters.list());
    assertThat(TraceFormat.problems(events)).isEmpty();
    assertThat(told(events, phases("sf"))).containsExactly("7.000 s get_bh", "7.001 f get_bh");
  }

  @Test
  void aTimeThatAStampContradictsMovesNothingElse() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(20).event("get_bh", h.journal, h.buffer);
    Letters letters =
        new Letters()
            .letter(JOURNAL, PAGES, "timer", 90, 90)
            .letter(JOURNAL, PAGES, "get_bh", 9, 9);
    List<JsonNode> events = events(h, letters.list());
    assertThat(told(events, phases("sfi")))
        .containsExactly(
            "9.000 s timer",
            "9.001 s get_bh",
            "9.002 f get_bh",
            "20.000 i get_bh",
            "90.000 f timer");
  }

  @Test
  void theMachineItselfHasANameToo() {
    List<Message> messages = new Letters().letter(PROCESS, "", "exit", 1, 2).list();
    assertThat(events(new HistoryBuilder(), messages).stream())
        .anyMatch(e -> e.at("/args/name").asText().equals("/"));
  }

  @Test
  void theCounterOfAnObjectIsHowManyMessagesWaitForIt() {
    Letters letters =
        new Letters()
            .letter(PROCESS, PAGES, "drop_buffers", 10, 30)
            .letter(JOURNAL, PAGES, "get_bh", 20, 40)
            .letter(PAGES, PROCESS, "Busy", 35, 45);
    List<JsonNode> events = events(new HistoryBuilder(), letters.list());
    assertThat(events.stream().filter(phases("C")))
        .extracting(
            e -> micros(e) + " " + e.get("name").asText() + " " + e.at("/args/messages").asInt())
        .containsExactly(
            "10.000 queue of inode-12/mapping 1",
            "20.000 queue of inode-12/mapping 2",
            "30.000 queue of inode-12/mapping 1",
            "40.000 queue of inode-12/mapping 0");
  }

  @Test
  void whatThereIsNoRoomForIsCounted() {
    HistoryBuilder h = Histories.submissionFirst();
    List<Message> messages = Letters.ofSubmissionFirst();
    String json = trace(h, messages, 60);
    List<JsonNode> events = TraceFormat.events(json);
    long entries =
        events.stream()
            .filter(phases("iBE"))
            .filter(e -> e.at("/args/sequence").isNumber())
            .filter(e -> !category("violation").test(e))
            .count();
    JsonNode other = TraceFormat.parse(json).get("otherData");
    assertThat(entries + other.get("entriesLeftOut").asLong())
        .isEqualTo(h.build().entries().size());
    assertThat(events.stream().filter(phases("s")).count() + other.get("messagesLeftOut").asLong())
        .isEqualTo(messages.size());
    assertThat(events.stream().filter(phases("M").negate()).count()).isLessThanOrEqualTo(60 + 4);
    assertThat(told(events, category("trace"))).hasSize(1);
  }

  @Test
  void aWholeTraceLeavesNothingOut() {
    String json = trace(Histories.submissionFirst(), Letters.ofSubmissionFirst(), PLENTY);
    assertThat(TraceFormat.parse(json).get("otherData"))
        .hasToString(
            "{\"entriesLeftOut\":0,\"messagesLeftOut\":0,\"recordCompleteFromEntry\":1,"
                + "\"pageEventsCompleteFromEntry\":1}");
    assertThat(told(TraceFormat.events(json), category("trace"))).isEmpty();
  }

  @Test
  void whatTheViolationRestsOnStaysInTheShortestTrace() {
    List<JsonNode> events =
        TraceFormat.events(trace(Histories.submissionFirst(), Letters.ofSubmissionFirst(), 0));
    assertThat(told(events, phases("i").and(category("trace").negate())))
        .containsExactly(
            "101.001 i aio_get_req",
            "142.001 i get_bh",
            "1012.000 i drop_buffers: busy",
            "1022.001 i aio_complete",
            "5264.000 i use after free",
            "5265.000 i aio_complete",
            "5265.000 i double-aio-complete",
            "5267.000 i kernel BUG at fs/aio.c:512!");
  }

  @Test
  void whatHappenedBeforeTheViolationGoesBeforeWhatCameAfter() {
    HistoryBuilder h = Histories.submissionFirst();
    for (int i = 0; i < 50; i++) {
      h.event("afterwards", h.pdflush, null);
    }
    List<JsonNode> events = TraceFormat.events(trace(h, List.of(), 30));
    assertThat(told(events, e -> e.get("name").asText().equals("afterwards"))).isEmpty();
    assertThat(told(events, e -> e.get("name").asText().equals("dio_bio_end_aio"))).isNotEmpty();
  }

  @Test
  void theCallAroundWhatIsKeptIsKept() {
    HistoryBuilder h = new HistoryBuilder();
    h.at(1).enters(h.process, "sys_alarm").returns(h.process, 0).enters(h.process, "sys_io_submit");
    for (int i = 0; i < 50; i++) {
      h.event("get_bh", h.process, h.buffer);
    }
    String json = trace(h, List.of(), 10);
    assertThat(told(TraceFormat.events(json), category("syscall")))
        .containsExactly("3.000 B sys_io_submit", "53.001 E sys_io_submit");
    assertThat(TraceFormat.parse(json).at("/otherData/entriesLeftOut").asInt()).isEqualTo(42);
  }

  @Test
  void theSameRecordGivesTheSameText() {
    HistoryBuilder h = Histories.slabReuse();
    List<Message> messages = Letters.ofSubmissionFirst();
    assertThat(trace(h, messages, 100)).isEqualTo(trace(h, messages, 100));
    assertThat(trace(h, messages, 100)).endsWith("]}\n");
  }

  @Test
  void aHangWithoutAViolationIsATraceToo() {
    HistoryBuilder h = Histories.silent();
    h.report(KernelReport.Kind.HUNG_TASK, h.process, List.of("exit_aio"), List.of("INFO: hung"));
    List<JsonNode> events = events(h, List.of());
    assertThat(TraceFormat.problems(events)).isEmpty();
    assertThat(told(events, category("report"))).hasSize(1);
  }
}
