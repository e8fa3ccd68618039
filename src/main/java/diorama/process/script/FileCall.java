package diorama.process.script;

import diorama.kernel.fs.IoVec;
import diorama.kernel.sched.Step;
import diorama.process.Iocb;
import diorama.process.OpenFlag;
import diorama.process.SystemCallInterface;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A call on a file. */
public sealed interface FileCall extends Call {
  /**
   * open(2).
   *
   * @param fd what it returns
   */
  record Open(Ref fd, String file, List<OpenFlag> flags) implements FileCall {
    /** Keeps the flags from changing. */
    public Open {
      flags = List.copyOf(flags);
    }

    @Override
    public String name() {
      return "open";
    }

    @Override
    public String arguments() {
      String joined = flags.stream().map(OpenFlag::name).collect(Collectors.joining(" | "));
      return Listing.quoted(file) + (flags.isEmpty() ? "" : ", " + joined);
    }

    @Override
    public Ref result() {
      return fd;
    }

    @Override
    public Open resolved(Scope scope) {
      return new Open(scope.make(fd), file, flags);
    }

    @Override
    public Step<?> run(Variables variables) {
      boolean direct = flags.contains(OpenFlag.O_DIRECT);
      return variables
          .sys()
          .open(file, flags.toArray(OpenFlag[]::new))
          .map(number -> variables.opened(fd, number, direct));
    }
  }

  /** Calls whose only argument is a descriptor. */
  enum Action {
    CLOSE,
    FSYNC,
    FDATASYNC,
    FSTAT
  }

  /** close(2), fsync(2), fdatasync(2), fstat(2). */
  record OnFile(Action action, Ref fd) implements FileCall {
    @Override
    public String name() {
      return action.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String arguments() {
      return fd.name();
    }

    @Override
    public @Nullable OnFile resolved(Scope scope) {
      Ref found = scope.find(fd);
      return found == null ? null : new OnFile(action, found);
    }

    @Override
    public Step<?> run(Variables variables) {
      SystemCallInterface sys = variables.sys();
      int number = variables.descriptor(fd);
      return switch (action) {
        case CLOSE -> sys.close(number);
        case FSTAT -> sys.fileSize(number);
        case FSYNC -> {
          variables.countSync();
          yield sys.fsync(number);
        }
        case FDATASYNC -> {
          variables.countSync();
          yield sys.fdatasync(number);
        }
      };
    }
  }

  /** How bytes move. */
  enum Form {
    READ,
    WRITE,
    PREAD,
    PWRITE;

    boolean writes() {
      return this == WRITE || this == PWRITE;
    }

    /** Whether it says where in the file; otherwise it goes on where the last one ended. */
    boolean positioned() {
      return this == PREAD || this == PWRITE;
    }
  }

  /**
   * read(2), write(2), pread(2), pwrite(2); in an io_submit only the last two.
   *
   * @param length bytes
   * @param offset position in the file in bytes; 0 for a form that has none
   */
  record Transfer(Form form, Ref fd, UserBuffer buffer, long length, long offset)
      implements FileCall {
    @Override
    public String name() {
      return form.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String arguments() {
      return fd + ", " + buffer.argument() + length + (form.positioned() ? ", " + offset : "");
    }

    @Override
    public int size() {
      return 1 + bits(length) + bits(offset);
    }

    private static int bits(long number) {
      return Long.SIZE - Long.numberOfLeadingZeros(number);
    }

    /** The same with other bytes of the file. */
    Transfer at(long newOffset, long newLength) {
      return new Transfer(form, fd, buffer, newLength, newOffset);
    }

    @Override
    public @Nullable Transfer resolved(Scope scope) {
      Ref found = scope.find(fd);
      UserBuffer memory = buffer.resolved(scope);
      return found == null || memory == null
          ? null
          : new Transfer(form, found, memory, length, offset);
    }

    @Override
    public Step<?> run(Variables variables) {
      SystemCallInterface sys = variables.sys();
      int number = variables.descriptor(fd);
      variables.count(false, this);
      return switch (form) {
        case READ -> sys.read(number, buffer.target(length));
        case PREAD -> sys.pread(number, buffer.target(length), offset);
        case WRITE -> sys.write(number, source(variables));
        case PWRITE -> sys.pwrite(number, source(variables), offset);
      };
    }

    /** The same as a request of an io_submit. */
    Iocb iocb(Variables variables, long data) {
      int number = variables.descriptor(fd);
      return form.writes()
          ? Iocb.pwrite(number, source(variables), offset, data)
          : Iocb.pread(number, buffer.target(length), offset, data);
    }

    private IoVec source(Variables variables) {
      return buffer.source(length, variables);
    }
  }
}
