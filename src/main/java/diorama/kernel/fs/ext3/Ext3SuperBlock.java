package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.ObjectActor;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;

/** {@code struct super_block}: MS_RDONLY of its flags, which are read and set without a lock. */
public final class Ext3SuperBlock {
  private boolean readOnly;

  private Ext3SuperBlock() {}

  /** A file system that is mounted for writing. */
  public static Behavior<Command> create() {
    return ObjectActor.of(new Ext3SuperBlock());
  }

  /** What a super block is asked. */
  public sealed interface Command extends Request<Ext3SuperBlock> {}

  record IsReadOnly(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(Ext3SuperBlock sb) {
      caller.answer(sb.readOnly);
    }
  }

  record RemountReadOnly(Caller<Boolean> caller) implements Command {
    @Override
    public void execute(Ext3SuperBlock sb) {
      boolean was = sb.readOnly;
      sb.readOnly = true;
      caller.answer(!was);
    }
  }

  /** {@code s_flags & MS_RDONLY}. */
  static Step<Boolean> isReadOnly(ActorRef<Command> sb) {
    return Step.call(sb, IsReadOnly::new);
  }

  /** {@code s_flags |= MS_RDONLY}: whether it was not set before. */
  static Step<Boolean> remountReadOnly(ActorRef<Command> sb) {
    return Step.call(sb, RemountReadOnly::new);
  }
}
