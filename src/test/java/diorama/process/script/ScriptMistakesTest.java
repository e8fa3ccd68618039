package diorama.process.script;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import diorama.process.BadOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person is told who wrote a script wrong. */
class ScriptMistakesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "pwrit(fd, 1, 0);~line 2: found pwrit; allowed: open, close, fsync, fdatasync, fstat, read,"
            + " write, pread, pwrite, mmap, munmap, msync, load, store, io_setup, io_submit, io_getevents, io_cancel, io_destroy,"
            + " fork, clone, waitpid, kill, sigaction, alarm, setitimer, nanosleep, exit;"
            + " did you mean 'pwrite'?",
        "pwrite(f, 1, 0);~line 2: found f; allowed: fd",
        "pwrite(ctx, 1, 0);~line 2: found ctx; allowed: fd",
        "waitpid(p);~line 2: found p; allowed: nothing, as no call before this returned one",
        "pwrite(fd, 1);~line 2: found ); allowed: ,",
        "pwrite(fd, -1, 0);~line 2: found -1; allowed: a number from 0 to 2147483647",
        "pwrite(fd, 4g, 0);~line 2: found 4g; allowed: a number from 0 to 2147483647",
        "pwrite(fd, 4x, 0);~line 2: found 4x; allowed: a number from 0 to 2147483647",
        "pwrite(fd, ones, 1, 0);~line 2: found ones; allowed: nothing, as no call before this"
            + " returned one",
        "mmap(fd, 4096, 0);~line 2: what mmap returns needs a name, as in map1 = mmap(...)",
        "m = mmap(fd, 4096, 0); load(m + 1k);~line 2: found ); allowed: ,",
        "m = mmap(fd, 4096, 0); pread(fd, m, 512, 0);~line 2: found m; allowed: a length or buf",
        "pread(fd, zeros, 1, 0);~line 2: found zeros; allowed: a length or buf",
        "pread(fd, buf + 4096, 1, 0);~line 2: found 4096; allowed: a number from 0 to 4095",
        "pread(fd, buf[512], 1024, 0);~line 2: found [; allowed: ,",
        "pwrite(fd, buf[-1], 1024, 0);~line 2: found -1; allowed: a number from 0 to 2147483647",
        "pwrite(fd, buf[512, 1024, 0);~line 2: found ,; allowed: ]",
        "g = open(file);~line 2: found file; allowed: a file's name in quotes",
        "g = open(\"f\", O_DIRCT);~line 2: found O_DIRCT; allowed: O_RDONLY, O_WRONLY, O_RDWR,"
            + " O_CREAT, O_DIRECT, O_SYNC; did you mean 'O_DIRECT'?",
        "open(\"f\");~line 2: what open returns needs a name, as in fd1 = open(...)",
        "x = fsync(fd);~line 2: what fsync returns needs no name; found x",
        "fsync(fd) fsync(fd);~line 2: found fsync; allowed: ;",
        "fsync(fd~line 2: found the end; allowed: )",
        "4096;~line 2: found 4096; allowed: a call such as pwrite(fd, 4096, 0);, or process",
        "fsync(fd); $~line 2: found $; allowed: calls such as pwrite(fd, 4096, 0);",
        "g = open(\"f~line 2: found \"f; allowed: calls such as pwrite(fd, 4096, 0);",
        "io_submit(ctx, write(fd, 1));~line 2: found write; allowed: pread or pwrite",
        "io_submit(ctx);~line 2: found ); allowed: ,",
        "nanosleep(1h);~line 2: found 1h; allowed: a time in ns, us, ms or s, such as 10ms",
        "sigaction(SIGUP);~line 2: found SIGUP; allowed: SIGBUS, SIGKILL, SIGSEGV, SIGALRM, SIGTERM or a"
            + " number",
        "p = fork(process 2);~line 2: there is no process 2",
        "p = fork(process 1);~line 2: process 1 cannot be started twice",
        "process 1: fsync(fd);~line 2: process 1 is there twice",
        "process 2: fsync(fd);~line 2: process 2 is never forked",
        "p = fork(process 2); process 2: waitpid(p);~line 2: found p; allowed: nothing, as no call"
            + " before this returned one",
      })
  void theComplaintNamesTheLineAndWhatIsAllowed(String second, String complaint) {
    String script = "fd = open(\"file\", O_RDWR); ctx = io_setup(1);\n" + second;

    assertThatExceptionOfType(BadOption.class)
        .isThrownBy(() -> Script.parse(script))
        .satisfies(bad -> org.assertj.core.api.Assertions.assertThat(bad.key()).isEqualTo("script"))
        .withMessage("script: " + complaint);
  }
}
