package diorama.engine.seeded;

import akka.actor.typed.Behavior;
import akka.dispatch.Envelope;
import akka.dispatch.Mailbox;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One machine's actors in virtual time: what is pending, the clock, and what has happened so far.
 *
 * <p>Belongs to the thread of its {@link Lane}; everything in it runs there. It is a function of
 * the root behaviour, the choices of its strategy and the numbers drawn for its clock.
 */
public final class World implements AutoCloseable {
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private final Lane lane;
  private final String name;
  private final Strategy strategy;
  private final Pace pace;
  private final LongSupplier costs;
  private final WorldListener listener;
  private final boolean holdsAll;

  private final ArrayDeque<Mailbox> ready = new ArrayDeque<>();
  private final TimerQueue timers = new TimerQueue();
  private final HeldLetters held = new HeldLetters();

  private @Nullable SeededQueue running;
  private @Nullable Letter cause;
  private @Nullable Timer firing;

  private long now;
  private long choices;
  private long delivered;
  private long armed;
  private long hash = PRIME;
  private int chains;
  private final Chain boot = newChain();
  private final Set<Long> gone = new HashSet<>();
  private boolean closing;

  /** A tell from another thread: Akka swallows what a tell throws, so that it is thrown later. */
  private volatile @Nullable IllegalStateException refused;

  World(
      Lane lane,
      String name,
      Strategy strategy,
      Pace pace,
      LongSupplier costs,
      WorldListener listener,
      boolean holdsAll) {
    this.lane = lane;
    this.name = name;
    this.strategy = strategy;
    this.pace = pace;
    this.costs = costs;
    this.listener = listener;
    this.holdsAll = holdsAll;
  }

  /** Starts the actor that everything in this world is below; once. */
  void boot(Behavior<?> root) {
    lane.spawn(name, root);
    settle();
  }

  /**
   * Makes one choice, or lets idle time pass if there is none, and whatever follows from it up to
   * the next one.
   *
   * @return false if nothing can happen any more
   * @throws IllegalStateException if another thread has told an actor of this world something
   */
  public boolean step() {
    checkRefused();
    if (!ready.isEmpty()) {
      settle();
    }
    fireWhatIsDue();
    int candidates = held.size();
    if (candidates == 0) {
      return skipIdleTime();
    }
    Letter chosen = held.firstOf(held.get(candidates == 1 ? 0 : strategy.choose(held)));
    if (loses(chosen)) {
      return true;
    }
    now += cost();
    make(chosen);
    return true;
  }

  /**
   * Lets one actor go on, whatever the strategy and the clock say: a context makes a call that it
   * is about to make, and whoever has none gets the first of the timers that it has armed.
   *
   * @param source the actor's number
   * @param target whom it calls if it can, itself for a timer; if it cannot, it does what it can
   * @param at what the clock shows then at least, in nanoseconds
   * @return false if it has neither a call nor a timer
   */
  public boolean advance(long source, long target, long at) {
    Letter call =
        source == target && timers.first(source) != null ? null : held.next(source, target);
    if (call != null) {
      now = Math.max(now, at);
      make(call);
      return true;
    }
    Timer timer = timers.first(source);
    if (timer == null) {
      return false;
    }
    now = Math.max(now, at);
    fire(timer);
    settle();
    return true;
  }

  private void make(Letter call) {
    choices++;
    listener.chosen(call.source(), call.target(), call.envelope.message(), now);
    release(call);
    settle();
  }

  /** Nobody has anything to do: the clock jumps to the next timer, or to who comes back first. */
  private boolean skipIdleTime() {
    Timer timer = timers.first();
    Letter back = held.firstBack();
    if (timer == null && back == null) {
      return false;
    }
    long timerAt = timer == null ? Long.MAX_VALUE : timer.due;
    long backAt = back == null ? Long.MAX_VALUE : back.notBefore();
    now = Math.max(now, Math.min(timerAt, backAt));
    fireWhatIsDue();
    return true;
  }

  private void fireWhatIsDue() {
    for (Timer next = timers.first(); next != null && next.due <= now; next = timers.first()) {
      fire(next);
      settle();
    }
    held.wake(now);
  }

  private long cost() {
    return pace.least() + Long.remainderUnsigned(costs.getAsLong(), pace.most() - pace.least() + 1);
  }

  /** Whether the context that was to make the call has lost its processor instead. */
  private boolean loses(Letter chosen) {
    if (pace.preemptEvery() == 0
        || chosen.notBefore() > 0
        || Long.remainderUnsigned(costs.getAsLong(), pace.preemptEvery()) != 0) {
      return false;
    }
    held.sendAway(chosen.sender, now + timeAway());
    return true;
  }

  /** Each doubling of the time is as likely as any other. */
  private long timeAway() {
    int doublings = Long.SIZE - Long.numberOfLeadingZeros(pace.away() / Pace.SHORTEST);
    long base = Pace.SHORTEST << Long.remainderUnsigned(costs.getAsLong(), doublings);
    return Math.min(pace.away(), base + Long.remainderUnsigned(costs.getAsLong(), base));
  }

  /**
   * Delivers one message out of a recording, and nothing else.
   *
   * @param receiver the number of the actor that gets it
   * @param sender the number of the actor that sent it, or armed the timer that tells it
   * @param sequence which message of the sender's it is
   * @param at what the clock shows then at least, in nanoseconds
   * @return false if there is no such message now
   */
  public boolean deliver(long receiver, long sender, long sequence, long at) {
    now = Math.max(now, at);
    Letter letter = held.find(receiver, sender, sequence);
    if (letter == null) {
      Timer timer = timers.find(sender, sequence);
      if (timer == null) {
        return false;
      }
      fire(timer);
      settle();
      letter = held.find(receiver, sender, sequence);
      if (letter == null) {
        return false;
      }
    }
    choices++;
    if (isCall(letter)) {
      listener.chosen(sender, receiver, letter.envelope.message(), now);
    }
    release(letter);
    settle();
    return true;
  }

  private void release(Letter letter) {
    held.remove(letter);
    SeededQueue receiver = letter.receiver;
    if (receiver.isClosed()) {
      return;
    }
    receiver.release(letter);
    unpark(receiver);
  }

  /** A mailbox that waits for calls to be chosen has something to do. */
  private void unpark(SeededQueue queue) {
    Mailbox parked = queue.unpark();
    if (parked != null) {
      ready.add(parked);
    }
  }

  private void fire(Timer timer) {
    choices++;
    now = Math.max(now, timer.due);
    listener.chosen(timer.source(), timer.source(), null, now);
    timers.remove(timer);
    timer.fired = true;
    firing = timer;
    try {
      timer.task.run();
    } finally {
      firing = null;
    }
  }

  /** Runs everything that is not a choice. */
  private void settle() {
    lane.serveItself();
    do {
      for (Mailbox mailbox = ready.poll(); mailbox != null; mailbox = ready.poll()) {
        running = (SeededQueue) mailbox.messageQueue();
        try {
          mailbox.run();
        } finally {
          running = null;
          cause = null;
        }
        lane.serveItself();
      }
      unparkForAkka();
    } while (!ready.isEmpty());
  }

  /** What Akka itself tells an actor, to stop for instance, waits for no call. */
  private void unparkForAkka() {
    for (SeededQueue told = held.toldByAkka(); told != null; told = held.toldByAkka()) {
      unpark(told);
    }
  }

  /** A dispatcher wants a mailbox of this world run. */
  void schedule(SeededQueue queue, Mailbox mailbox) {
    if (queue.isReady() || !queue.hasMessages() || mailbox.hasSystemMessages()) {
      ready.add(mailbox);
    } else {
      queue.park(mailbox);
    }
  }

  /** A message was told: it is stamped, and held back if somebody has to choose it. */
  void sent(SeededQueue receiver, Envelope envelope) {
    checkThread(receiver);
    Letter letter = stamp(receiver, envelope);
    if (!closing && isHeld(letter)) {
      hold(letter);
    } else {
      receiver.append(letter);
      unpark(receiver);
    }
  }

  private void checkThread(SeededQueue receiver) {
    if (Thread.currentThread() != lane) {
      IllegalStateException refusal =
          new IllegalStateException(
              "thread %s told %s of %s something"
                  .formatted(Thread.currentThread().getName(), receiver, lane.getName()));
      refused = refusal;
      throw refusal;
    }
  }

  private void checkRefused() {
    IllegalStateException refusal = refused;
    if (refusal != null) {
      throw refusal;
    }
  }

  private Letter stamp(SeededQueue receiver, Envelope envelope) {
    Timer timer = firing;
    if (timer != null) {
      return new Letter(receiver, timer.source, timer.sequence, envelope, timer.chain, timer.due);
    }
    SeededQueue sender = running;
    if (sender == null) {
      return new Letter(receiver, null, 0, envelope, boot, now);
    }
    Chain chain = chainOf(sender);
    if (sender.isContext() && receiver.isCalled()) {
      sender.calls(receiver, chain);
    }
    return new Letter(receiver, sender, sender.nextSequence(), envelope, chain, now);
  }

  /** A context goes on with its own chain, an object with that of whoever called it. */
  private Chain chainOf(SeededQueue sender) {
    Letter why = cause;
    Chain told = why == null ? boot : why.chain();
    if (!sender.isContext()) {
      return told;
    }
    Chain own = sender.chain();
    return own != null ? own : follow(sender, told);
  }

  /** A context goes on with a chain, or with its own if another one goes on with that. */
  private Chain follow(SeededQueue context, Chain chain) {
    Chain own = context.chain();
    Chain followed = chain.claim(context) ? chain : own != null ? own : newChain();
    followed.claim(context);
    context.follows(followed);
    return followed;
  }

  /** A call is held back; in a replay everything is. */
  private boolean isHeld(Letter letter) {
    return holdsAll || (firing == null && isCall(letter));
  }

  private static boolean isCall(Letter letter) {
    return letter.sender != null && letter.sender.isContext() && letter.receiver.isCalled();
  }

  private void hold(Letter letter) {
    letter.receiver.hold();
    held.add(letter);
    strategy.arrived(letter);
  }

  /** An actor is handed a message. */
  void delivered(Letter letter) {
    delivered++;
    cause = letter;
    SeededQueue receiver = letter.receiver;
    if (receiver.isContext()) {
      if (receiver.waitsFor(letter.sender)) {
        receiver.answered();
      } else if (letter.sender != receiver && !receiver.isCalling()) {
        follow(receiver, letter.chain());
      }
    }
    hash = mix(mix(mix(mix(hash, receiver.id()), letter.source()), letter.sequence), now);
    listener.delivered(
        receiver.path(),
        pathOf(letter.sender),
        letter.sequence,
        letter.envelope.message(),
        letter.since,
        now);
  }

  private static String pathOf(@Nullable SeededQueue sender) {
    return sender == null ? WorldListener.OUTSIDE : sender.path();
  }

  private static long mix(long hash, long value) {
    long h = (hash ^ value) * PRIME;
    return h ^ (h >>> 32);
  }

  /** Arms a timer; on the world's thread. */
  Timer arm(long delayNanos, Runnable task) {
    SeededQueue source = running;
    Chain chain = source != null && source.isContext() ? chainOf(source) : newChain();
    Timer timer =
        new Timer(
            this,
            source,
            source == null ? 0 : source.nextSequence(),
            now + Math.max(0, delayNanos),
            armed++,
            task,
            chain);
    if (!closing) {
      timers.add(timer);
    }
    return timer;
  }

  /**
   * A timer is taken back. A recording may hold the message of a timer that was taken back after it
   * had fired, so that a replay keeps it.
   */
  void cancelled(Timer timer) {
    if (!holdsAll) {
      timers.remove(timer);
    }
  }

  private Chain newChain() {
    return new Chain(chains++);
  }

  void gone(SeededQueue queue) {
    gone.add(queue.id());
  }

  /** Whether an actor with this number was here and has stopped. */
  public boolean isGone(long actor) {
    return gone.contains(actor);
  }

  /** Virtual nanoseconds since the world began. */
  public long now() {
    return now;
  }

  /** How many choices were made. */
  public long choices() {
    return choices;
  }

  /** How many messages were handed out. */
  public long deliveries() {
    return delivered;
  }

  /** A number that depends on every delivery so far: receiver, sender, sequence, virtual time. */
  public long hash() {
    return hash;
  }

  /** What is pending now, for a person. */
  public String pending() {
    return held + ", " + timers.size() + " timers";
  }

  /** Whether nothing is handed out any more. */
  boolean isClosing() {
    return closing;
  }

  /** Stops all actors of this world; no message is handed out any more. */
  @Override
  public void close() {
    closing = true;
    timers.clear();
    lane.stop(name);
    settle();
    lane.left(this);
  }
}
