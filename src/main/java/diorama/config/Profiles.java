package diorama.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import diorama.kernel.Fix;
import diorama.kernel.KernelProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads kernel profiles: {@code conf/kernels/*.conf}. */
public final class Profiles {
  private static final Key APPLY =
      Key.optional(
          "apply",
          new ListOf(Scalar.Text.ANY),
          "fixes to switch on, each by its commit or its name");

  private static final Key REVERT =
      Key.optional(
          "revert",
          new ListOf(Scalar.Text.ANY),
          "fixes to switch off, each by its commit or its name");

  /** What a profile's file may say. */
  public static final Section SCHEMA =
      Section.of(
          Key.required("title", Scalar.Text.ANY, "what this kernel is, in one line"),
          Key.optional("story", Scalar.Text.ANY, "what one has to know about it"),
          Key.optional(
              "sources", new ListOf(Scalar.Text.ANY), "where the claims of this file come from"),
          Key.optional("base", Scalar.Text.ANY, "the kernel to start from: a name or a file"),
          APPLY,
          REVERT,
          Key.optional(
              "source-lines",
              new Named("\"file:function\"", new Scalar.Whole(1, 1_000_000)),
              "the lines of BUG() that the texts name"));

  /** What the parts of a kernel that is put together on the command line are below. */
  public static final String COMPOSED = "kernel";

  /** Those parts. */
  public static final Section PARTS =
      Section.of(
          Key.required("base", Scalar.Text.ANY, "the kernel to start from: a name or a file"),
          APPLY,
          REVERT);

  private static final Pattern FILE_AND_FUNCTION = Pattern.compile("[\\w./-]+\\.[ch]:\\w+");

  private final Library library;

  /** Profiles whose bases are looked up in the library. */
  public Profiles(Library library) {
    this.library = library;
  }

  /** The profile that somebody means who wrote a name or a file. */
  public Profile find(String written) {
    return read(library.find(Library.Shelf.KERNELS, written), new ArrayList<>());
  }

  /**
   * A kernel that is put together on the command line, named after what it is made of.
   *
   * @param overrides kernel.base, kernel.apply and kernel.revert
   */
  public Profile composed(Overrides overrides) {
    Config written = overrides.over(ConfigFactory.empty()).getConfig(COMPOSED);
    if (!written.hasPath("base")) {
      throw new BadInput("--set kernel.base: missing; allowed: the kernel to start from");
    }
    Mistakes mistakes = new Mistakes();
    Values values = mistakes.checked(PARTS.read(COMPOSED, written.root(), mistakes));
    String base = values.text("base");
    List<String> parts = new ArrayList<>(List.of(Library.nameOf(Path.of(base))));
    values.texts("apply").forEach(fix -> parts.add("+" + fix));
    values.texts("revert").forEach(fix -> parts.add("-" + fix));
    Config whole =
        written.withValue(
            "title",
            ConfigValueFactory.fromAnyRef("put together by hand: " + String.join(" ", parts)));
    return read(String.join("", parts), whole, Path.of("--set"), new ArrayList<>());
  }

  /** All profiles of the library, in the order of their versions. */
  public List<Profile> all() {
    return library.all(Library.Shelf.KERNELS).values().stream()
        .map(file -> read(file, new ArrayList<>()))
        .toList();
  }

  /** A profile as a file that has no base: it says all that the kernel's code asks. */
  public static Config source(Profile profile) {
    List<String> fixes = profile.kernel().fixes().stream().map(Fix::commit).toList();
    return ConfigValueFactory.fromMap(
            Map.of(
                "title", profile.title(),
                "story", profile.story(),
                "sources", profile.sources(),
                "apply", fixes,
                "source-lines", profile.kernel().sourceLines()))
        .toConfig();
  }

  /**
   * A profile from its {@link #source}. Nothing that it names is looked up.
   *
   * @param file where that stands now
   */
  public static Profile restore(String name, Config source, Path file) {
    return new Profiles(new Library(List.of())).read(name, source, file, new ArrayList<>());
  }

  private Profile read(Path file, List<Path> chain) {
    return read(Library.nameOf(file), SourceFile.parse(file), file, chain);
  }

  private Profile read(String name, Config config, Path file, List<Path> chain) {
    Mistakes mistakes = new Mistakes();
    Values values = mistakes.checked(SCHEMA.read("", config.root(), mistakes));
    Optional<Profile> base = base(values, file, chain);
    Set<Fix> fixes = fixes(values, base, mistakes);
    Map<String, Integer> lines = lines(values, base, mistakes);
    mistakes.check();
    KernelProfile kernel =
        new KernelProfile(
            name, Collections.unmodifiableSet(fixes), Collections.unmodifiableMap(lines));
    return new Profile(
        kernel,
        values.text("title"),
        values.optionalText("story").orElse(""),
        values.texts("sources"),
        base.map(Profile::name),
        file);
  }

  private Optional<Profile> base(Values values, Path file, List<Path> chain) {
    Optional<String> name = values.optionalText("base");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    chain.add(real(file));
    Mistakes mistakes = new Mistakes();
    Path baseFile = null;
    try {
      baseFile = besideOrInLibrary(file, name.get());
    } catch (BadInput missing) {
      mistakes.add(values.origin("base"), "base", String.valueOf(missing.getMessage()));
    }
    Path found = mistakes.checked(baseFile);
    if (chain.contains(real(found))) {
      List<String> names = new ArrayList<>(chain.stream().map(Library::nameOf).toList());
      names.add(Library.nameOf(found));
      mistakes.add(
          values.origin("base"),
          "base",
          "kernels cannot be based on each other in a circle: " + String.join(" on ", names));
      mistakes.check();
    }
    return Optional.of(read(found, chain));
  }

  /** A base that is written as a file is meant from where the file stands that names it. */
  private Path besideOrInLibrary(Path file, String name) {
    Path sibling = file.resolveSibling(name);
    return name.endsWith(".conf") && sibling.toFile().isFile()
        ? sibling
        : library.find(Library.Shelf.KERNELS, name);
  }

  private static Path real(Path file) {
    return file.toAbsolutePath().normalize();
  }

  private static Set<Fix> fixes(Values values, Optional<Profile> base, Mistakes mistakes) {
    EnumSet<Fix> fixes = EnumSet.noneOf(Fix.class);
    base.ifPresent(b -> fixes.addAll(b.kernel().fixes()));
    Set<Fix> apply = named("apply", values, mistakes);
    Set<Fix> revert = named("revert", values, mistakes);
    String start = base.map(Profile::name).orElse("a kernel without base");
    for (Fix fix : apply) {
      if (revert.contains(fix)) {
        mistakes.add(
            values.origin("revert"), "revert", fix.commit() + " is in apply and in revert");
      } else if (!fixes.add(fix)) {
        mistakes.add(
            values.origin("apply"),
            "apply",
            fix.commit() + " (" + Words.of(fix) + ") is on already in " + start);
      }
    }
    for (Fix fix : revert) {
      if (!fixes.remove(fix) && !apply.contains(fix)) {
        mistakes.add(
            values.origin("revert"),
            "revert",
            fix.commit() + " (" + Words.of(fix) + ") is not on in " + start);
      }
    }
    return fixes;
  }

  private static Set<Fix> named(String key, Values values, Mistakes mistakes) {
    Set<Fix> fixes = new LinkedHashSet<>();
    for (String name : values.texts(key)) {
      @Nullable Fix fix = FixNames.find(name).orElse(null);
      if (fix == null) {
        mistakes.add(
            values.origin(key),
            key,
            "there is no fix " + Found.quoted(name) + "; " + FixNames.hint(name));
      } else {
        fixes.add(fix);
      }
    }
    return fixes;
  }

  private static Map<String, Integer> lines(
      Values values, Optional<Profile> base, Mistakes mistakes) {
    Map<String, Integer> lines = new TreeMap<>();
    base.ifPresent(b -> lines.putAll(b.kernel().sourceLines()));
    values
        .named("source-lines", Long.class)
        .forEach(
            (place, line) -> {
              if (!FILE_AND_FUNCTION.matcher(place).matches()) {
                mistakes.add(
                    values.origin("source-lines"),
                    "source-lines",
                    "found "
                        + Found.quoted(place)
                        + "; allowed: a file and a function in quotes, for example"
                        + " \"fs/aio.c:__aio_put_req\"");
              }
              lines.put(place, Math.toIntExact(line));
            });
    return lines;
  }
}
