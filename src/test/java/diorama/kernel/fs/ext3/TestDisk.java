package diorama.kernel.fs.ext3;

import akka.actor.typed.ActorRef;
import diorama.kernel.Errno;
import diorama.kernel.block.Bio;
import diorama.kernel.data.Content;
import diorama.kernel.data.Sector;
import diorama.kernel.fs.BlockLayer;
import diorama.kernel.fs.Rw;
import diorama.kernel.sched.Caller;
import diorama.kernel.sched.ContextActor;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Request;
import diorama.kernel.sched.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A disk that remembers the order of its transfers and can keep some of them back. */
final class TestDisk {
  private final ActorRef<ContextActor.Command> irq;
  private final Map<Long, Sector> media = new HashMap<>();
  private final List<Bio> held = new ArrayList<>();

  final List<Bio> finished = Collections.synchronizedList(new ArrayList<>());
  volatile Predicate<Bio> hold = bio -> false;
  volatile Predicate<Bio> fail = bio -> false;

  TestDisk(ActorRef<ContextActor.Command> irq) {
    this.irq = irq;
  }

  record Submit(Caller<Done> caller, Bio bio) implements Request<TestDisk> {
    @Override
    public void execute(TestDisk disk) {
      caller.answer(Done.DONE);
      if (disk.hold.test(bio)) {
        disk.held.add(bio);
      } else {
        disk.end(bio);
      }
    }
  }

  record Release(Caller<Done> caller) implements Request<TestDisk> {
    @Override
    public void execute(TestDisk disk) {
      disk.held.forEach(disk::end);
      disk.held.clear();
      caller.answer(Done.DONE);
    }
  }

  private void end(Bio bio) {
    boolean failed = fail.test(bio);
    if (bio.rw() == Rw.WRITE && !failed) {
      for (int i = 0; i < bio.sectors(); i++) {
        media.put(bio.sector() + i, bio.data().sector(i));
      }
    }
    finished.add(bio);
    Bio.BioEnd end = new Bio.BioEnd(bio, failed ? -Errno.EIO : 0, read(bio));
    irq.tell(new ContextActor.Run(bio.endIo().apply(end)));
  }

  private Content read(Bio bio) {
    Sector[] sectors = new Sector[bio.sectors()];
    for (int i = 0; i < sectors.length; i++) {
      sectors[i] = media.getOrDefault(bio.sector() + i, Sector.Bytes.ZERO);
    }
    return Content.of(sectors);
  }

  /** The block layer over a disk's actor. */
  record Layer(ActorRef<Request<TestDisk>> disk) implements BlockLayer {
    @Override
    public Step<Done> submitBio(Bio bio) {
      return Step.call(disk, c -> new Submit(c, bio));
    }

    @Override
    public Step<Done> unplug() {
      return Step.done();
    }

    @Override
    public Step<Done> issueFlush() {
      return Step.done();
    }

    /** What was kept back ends. */
    Step<Done> release() {
      return Step.call(disk, Release::new);
    }
  }
}
