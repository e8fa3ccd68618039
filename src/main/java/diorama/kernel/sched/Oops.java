package diorama.kernel.sched;

import java.util.List;

/** Why a context dies in the middle of kernel code. */
public sealed interface Oops {
  /** The C functions entered inside the failing section, innermost first: the top of the trace. */
  List<String> innerFunctions();

  /** The kernel's first line on the console. */
  String headline();

  /** The exception's name as {@code die()} prints it, without the counter. */
  String dieText();

  /**
   * {@code BUG()} or {@code BUG_ON()} at a source line.
   *
   * @param file C file, for example {@code fs/aio.c}
   * @param line the line in this kernel version, 0 where nobody knows it: then none is printed
   * @param innerFunctions innermost first
   */
  record Bug(String file, int line, List<String> innerFunctions) implements Oops {
    @Override
    public String headline() {
      return "kernel BUG at " + file + (line == 0 ? "" : ":" + line) + "!";
    }

    @Override
    public String dieText() {
      return "invalid opcode: 0000";
    }
  }

  /**
   * A dereference of memory that holds slab poison, is unmapped, or of a NULL pointer.
   *
   * @param address the faulting virtual address
   * @param innerFunctions innermost first
   */
  record PagingFault(long address, List<String> innerFunctions) implements Oops {
    @Override
    public String headline() {
      return address < 4096
          ? String.format(
              "BUG: unable to handle kernel NULL pointer dereference at virtual address %08x",
              address)
          : String.format(
              "BUG: unable to handle kernel paging request at virtual address %08x", address);
    }

    @Override
    public String dieText() {
      return "Oops: 0000";
    }
  }
}
