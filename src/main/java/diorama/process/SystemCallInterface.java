package diorama.process;

import diorama.kernel.fs.EventsRead;
import diorama.kernel.fs.IoVec;
import diorama.kernel.fs.ReadBuffer;
import diorama.kernel.sched.Done;
import diorama.kernel.sched.Step;
import diorama.kernel.sched.WaitResult;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * The system calls that a program has, named as in the C library.
 *
 * <p>Results are as the kernel returns them: a negative errno where the C library has -1 and errno.
 * Signals are handled on the way back from each call; a process that one ends goes no further.
 */
public interface SystemCallInterface {
  /** Returns a descriptor. */
  Step<Integer> open(String path, OpenFlag... flags);

  Step<Integer> close(int fd);

  /** Returns bytes. */
  Step<Long> read(int fd, ReadBuffer target);

  /** Returns bytes. */
  Step<Long> write(int fd, IoVec source);

  /** Returns bytes. */
  Step<Long> pread(int fd, ReadBuffer target, long offset);

  /** Returns bytes. */
  Step<Long> pwrite(int fd, IoVec source, long offset);

  Step<Integer> fsync(int fd);

  Step<Integer> fdatasync(int fd);

  /** {@code st_size} of {@code fstat}. */
  Step<Long> fileSize(int fd);

  /**
   * {@code mmap} of a file with MAP_SHARED, readable, and writable if the file is open for writing.
   *
   * @return the address
   */
  Step<Long> mmap(int fd, long length, long offset);

  Step<Integer> munmap(long address, long length);

  /** {@code msync} with MS_SYNC. */
  Step<Integer> msync(long address, long length);

  /**
   * Loads from a mapping: no system call. Returns bytes; a load from where nothing is ends the
   * process with SIGSEGV, or with SIGBUS behind the end of the file.
   */
  Step<Long> load(long address, ReadBuffer target);

  /** Stores to a mapping; otherwise like {@link #load}. */
  Step<Long> store(long address, IoVec source);

  /**
   * Loads a word of the process's own memory, which its threads share: no system call.
   *
   * @param word the program's own number for it; it holds 0 before the first store
   */
  Step<Long> loadWord(int word);

  /** Stores to such a word. */
  Step<Done> storeWord(int word, long value);

  /** Returns the context, a positive number. */
  Step<Long> ioSetup(int maxEvents);

  /** Returns how many requests were accepted. */
  Step<Integer> ioSubmit(long context, List<Iocb> iocbs);

  /** Waits without a timeout for at least min and at most max events. */
  Step<EventsRead> ioGetevents(long context, int min, int max);

  /** Waits no longer than the timeout, in kernel time. */
  Step<EventsRead> ioGetevents(long context, int min, int max, Duration timeout);

  Step<Integer> ioCancel(long context, Iocb iocb);

  Step<Integer> ioDestroy(long context);

  /**
   * A child that runs main with the system calls of its own process and exits with its result.
   *
   * @return the child's pid
   */
  Step<Integer> fork(String comm, Function<SystemCallInterface, Step<Integer>> main);

  /**
   * {@code clone(CLONE_VM | CLONE_FILES | SIGCHLD)}: a child with the same memory, AIO contexts and
   * descriptors; it is waited for like any other.
   *
   * @return the child's pid
   */
  Step<Integer> clone(String comm, Function<SystemCallInterface, Step<Integer>> main);

  /** {@code waitpid}: a child that ended; -1 waits for any. */
  Step<WaitResult> waitpid(int pid);

  Step<Integer> kill(int pid, int signal);

  /** A handler for a signal; without one it ends the process. */
  Step<Done> sigaction(int signal, Runnable handler);

  /** SIGALRM after so many seconds, not scaled, 0 for never. */
  Step<Integer> alarm(int seconds);

  /** {@code setitimer(ITIMER_REAL)}: SIGALRM once, after an interval that is not scaled. */
  Step<Integer> setitimer(Duration interval);

  /** Sleeps for a time that is not scaled. */
  Step<Integer> nanosleep(Duration time);

  /** Ends the process; never returns. */
  <T> Step<T> exit(int code);
}
