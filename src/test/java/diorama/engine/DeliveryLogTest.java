package diorama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeliveryLogTest {
  @Test
  void keepsTheLastOnesOldestFirst() {
    DeliveryLog log = new DeliveryLog(4);
    assertThat(log.read()).isEmpty();
    for (int i = 0; i < 6; i++) {
      log.append(100 + i, i);
    }
    assertThat(log.read())
        .containsExactly(
            new Delivery(2, 102, 2),
            new Delivery(3, 103, 3),
            new Delivery(4, 104, 4),
            new Delivery(5, 105, 5));
  }

  @Test
  void roundsItsSizeUpToAPowerOfTwo() {
    DeliveryLog log = new DeliveryLog(5);
    for (int i = 0; i < 20; i++) {
      log.append(1, i);
    }
    assertThat(log.read()).hasSize(8);
  }

  @Test
  void neverShowsADeliveryThatIsHalfWritten() throws InterruptedException {
    DeliveryLog log = new DeliveryLog(64);
    AtomicBoolean over = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              for (long i = 0; !over.get(); i++) {
                log.append(2 * i, 3 * i);
              }
            });
    writer.start();
    for (int round = 0; round < 5_000; round++) {
      List<Delivery> read = log.read();
      for (int i = 0; i < read.size(); i++) {
        Delivery delivery = read.get(i);
        assertThat(delivery.number()).isEqualTo(read.get(0).number() + i);
        assertThat(delivery.sender()).isEqualTo(2 * delivery.number());
        assertThat(delivery.sequence()).isEqualTo(3 * delivery.number());
      }
    }
    over.set(true);
    writer.join();
  }
}
