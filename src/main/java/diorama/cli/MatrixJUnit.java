package diorama.cli;

import diorama.campaign.Cell;
import diorama.campaign.CellVerdict;
import diorama.campaign.MatrixResult;
import diorama.config.Words;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A matrix as test results in the form of Maven Surefire: a suite for each scenario, a case for
 * each cell. It is written in ASCII, so that it is the same in every encoding.
 */
final class MatrixJUnit {
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  private MatrixJUnit() throws XMLStreamException {
    xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
  }

  static String of(MatrixResult result) {
    try {
      return new MatrixJUnit().written(result);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a result cannot be written as XML", e);
    }
  }

  private String written(MatrixResult result) throws XMLStreamException {
    Map<String, List<Cell>> suites =
        result.cells().stream()
            .collect(
                Collectors.groupingBy(Cell::scenario, LinkedHashMap::new, Collectors.toList()));
    xml.writeStartDocument("UTF-8", "1.0");
    line(0);
    xml.writeStartElement("testsuites");
    counts("diorama matrix", result.cells(), result.elapsedSeconds());
    for (Map.Entry<String, List<Cell>> suite : suites.entrySet()) {
      suite(suite.getKey(), suite.getValue(), result);
    }
    line(0);
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.flush();
    return ascii(text.toString());
  }

  private void suite(String scenario, List<Cell> cells, MatrixResult result)
      throws XMLStreamException {
    line(1);
    xml.writeStartElement("testsuite");
    counts(scenario, cells, seconds(cells));
    line(2);
    xml.writeStartElement("properties");
    property("engine", result.engine());
    property("seed", Long.toString(result.seed()));
    line(2);
    xml.writeEndElement();
    for (Cell cell : cells) {
      testCase(cell);
    }
    line(1);
    xml.writeEndElement();
  }

  /** The cells of a kernel share one run. */
  private static double seconds(List<Cell> cells) {
    return cells.stream()
        .collect(Collectors.toMap(Cell::kernel, Function.identity(), (a, b) -> a))
        .values()
        .stream()
        .mapToDouble(Cell::seconds)
        .sum();
  }

  private void counts(String name, List<Cell> cells, double seconds) throws XMLStreamException {
    attribute("name", name);
    attribute("time", decimal(seconds));
    attribute("tests", Integer.toString(cells.size()));
    attribute("errors", "0");
    attribute("skipped", "0");
    attribute("failures", Long.toString(cells.stream().filter(cell -> !cell.ok()).count()));
  }

  private void property(String name, String value) throws XMLStreamException {
    line(3);
    xml.writeEmptyElement("property");
    attribute("name", name);
    attribute("value", value);
  }

  private void testCase(Cell cell) throws XMLStreamException {
    line(2);
    if (cell.ok()) {
      xml.writeEmptyElement("testcase");
    } else {
      xml.writeStartElement("testcase");
    }
    attribute("name", cell.violation() + " on " + cell.kernel());
    attribute("classname", cell.scenario());
    attribute("time", decimal(cell.seconds()));
    if (!cell.ok()) {
      failure(cell, cell.verdict());
      line(2);
      xml.writeEndElement();
    }
  }

  private void failure(Cell cell, CellVerdict verdict) throws XMLStreamException {
    line(3);
    xml.writeStartElement("failure");
    attribute("message", CellText.sentence(cell));
    attribute("type", Words.of(verdict));
    xml.writeCharacters(
        allowed(CellText.sentence(cell) + "\n" + String.join("\n", cell.explanation())));
    xml.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, allowed(value));
  }

  private void line(int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }

  private static String decimal(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  /** XML 1.0 has no control characters and no half surrogates, however they are written. */
  private static String allowed(String text) {
    StringBuilder allowed = new StringBuilder();
    text.codePoints()
        .map(
            c ->
                c == '\n'
                        || c == '\t'
                        || (c >= ' ' && c < 0xd800)
                        || (c >= 0xe000 && c < 0xfffe)
                        || c >= 0x10000
                    ? c
                    : 0xfffd)
        .forEach(allowed::appendCodePoint);
    return allowed.toString();
  }

  private static String ascii(String document) {
    StringBuilder ascii = new StringBuilder();
    document
        .codePoints()
        .forEach(
            c -> {
              if (c < 0x80) {
                ascii.append((char) c);
              } else {
                ascii.append("&#").append(c).append(';');
              }
            });
    return ascii.toString();
  }
}
