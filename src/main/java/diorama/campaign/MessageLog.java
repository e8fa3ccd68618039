package diorama.campaign;

import diorama.engine.seeded.WorldListener;
import diorama.trace.FlightRecorder;
import diorama.trace.Message;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last messages that the actors of one machine were handed. */
final class MessageLog implements WorldListener {
  private final int most;
  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private @Nullable FlightRecorder recorder;

  MessageLog(int most) {
    this.most = most;
  }

  void of(FlightRecorder of) {
    recorder = of;
  }

  @Override
  public void delivered(
      String receiver, String sender, long sequence, Object message, long sent, long nanos) {
    if (messages.size() == most) {
      messages.removeFirst();
    }
    FlightRecorder known = recorder;
    messages.add(
        new Message(
            sender,
            receiver,
            sequence,
            message.getClass().getSimpleName(),
            sent,
            nanos,
            known == null ? Message.UNKNOWN : known.recorded()));
  }

  List<Message> messages() {
    return List.copyOf(messages);
  }
}
