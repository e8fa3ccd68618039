package diorama.cli;

import diorama.config.Key;
import diorama.config.Kinds;
import diorama.config.Named;
import diorama.config.Section;
import diorama.config.Shape;
import java.util.List;

/** Every key of a file with what may stand there and what it means. */
final class Keys {
  private final Table table = new Table();

  Keys(Section section) {
    add("", section);
  }

  List<String> lines() {
    return table.lines();
  }

  private void add(String path, Section section) {
    section.keys().forEach(key -> add(path + key.name(), key));
  }

  private void add(String path, Key key) {
    Shape shape = key.shape();
    if (shape instanceof Section below) {
      add(path + ".", below);
    } else if (shape instanceof Named named && named.each() instanceof Section below) {
      add(path + ".NAME.", below);
    } else if (shape instanceof Named named && named.each() instanceof Kinds kinds) {
      kinds
          .kinds()
          .forEach(
              (kind, below) -> add(path + ".NAME(" + kinds.selector() + "=" + kind + ").", below));
    } else {
      table.row(path, key.doc(), allowed(key));
    }
  }

  private static String allowed(Key key) {
    String rule = key.shape().allowed();
    if (key.required()) {
      return rule + "; must be given";
    }
    return key.fallback() == null ? rule : rule + "; default " + key.fallback();
  }
}
