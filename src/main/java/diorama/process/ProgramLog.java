package diorama.process;

/** Where programs tell what they did. Called from every process of a machine. */
public interface ProgramLog {
  /** A line that the program printed. */
  void message(String line);

  /** Something was done, or is about to be, so many times; see {@link Operation}. */
  void operation(String name, long count);
}
