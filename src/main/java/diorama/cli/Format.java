package diorama.cli;

/** What a command writes on standard output. */
enum Format {
  TEXT,
  JSON
}
