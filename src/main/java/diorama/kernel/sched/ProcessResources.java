package diorama.kernel.sched;

/** What a process owns and gives back when it ends. */
public interface ProcessResources {
  /** {@code exit_aio}, when the last user of the memory is gone. */
  Step<Done> exitAio();

  /** {@code exit_mmap}, after that. */
  Step<Done> exitMmap();

  /** {@code close_files}, when the last user of the descriptors is gone. */
  Step<Done> closeFiles();
}
