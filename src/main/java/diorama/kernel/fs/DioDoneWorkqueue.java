package diorama.kernel.fs;

import akka.actor.typed.ActorRef;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WorkqueueActor;
import java.util.Objects;

/** fs/direct-io.c: the workqueue of a superblock in which direct I/O is completed (4.2). */
public final class DioDoneWorkqueue {
  private final ActorRef<SuperBlock.Command> sb;
  private final ActorRef<WorkqueueActor.Command> pool;
  private final String name;

  /**
   * The workqueue of one superblock.
   *
   * @param pool whose workers complete
   * @param sId {@code sb->s_id}: the device's name
   */
  public DioDoneWorkqueue(
      ActorRef<SuperBlock.Command> sb, ActorRef<WorkqueueActor.Command> pool, String sId) {
    this.sb = sb;
    this.pool = pool;
    this.name = "dio/" + sId;
  }

  /** Makes the workqueue if there is none yet; may sleep. */
  public Step<Done> unlessThere() {
    return SuperBlock.dioDoneWq(sb)
        .then(found -> found.queue() == null ? sbInitDioDoneWq() : Step.done());
  }

  /**
   * {@code sb_init_dio_done_wq}: several writers may be here at once. Each makes a workqueue, one
   * of them is published, and the others destroy theirs.
   */
  private Step<Done> sbInitDioDoneWq() {
    return Step.function(
        "sb_init_dio_done_wq",
        () ->
            WorkqueueActor.allocWorkqueue(pool, name)
                .then(
                    wq ->
                        SuperBlock.publishDioDoneWq(sb, wq)
                            .then(
                                old ->
                                    old.queue() == null
                                        ? Step.done()
                                        : WorkqueueActor.destroyWorkqueue(pool, wq))));
  }

  /** {@code queue_work(sb->s_dio_done_wq, work)}: in any context. */
  public Step<Done> queueWork(Step<?> work) {
    return SuperBlock.dioDoneWq(sb)
        .then(found -> WorkqueueActor.queueWork(pool, Objects.requireNonNull(found.queue()), work));
  }
}
