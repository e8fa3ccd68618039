package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import diorama.kernel.sched.ContextActor;

/** How a file system brings its objects and kernel threads to life in its machine. */
public interface Spawner {
  /** An actor for a kernel object. */
  <M> ActorRef<M> object(String name, Behavior<M> behavior);

  /** {@code kthread_run}: a kernel thread that has nothing to run yet. */
  ActorRef<ContextActor.Command> kthread(String comm);
}
