package diorama.cli;

/** What a matrix is written as on standard output. */
enum MatrixFormat {
  /** A table for a terminal. */
  TEXT,
  /** One document for programs. */
  JSON,
  /** Test results as Maven Surefire writes them. */
  JUNIT,
  /** A table for a web page. */
  MARKDOWN
}
