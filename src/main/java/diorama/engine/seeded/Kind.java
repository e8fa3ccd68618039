package diorama.engine.seeded;

/** What sort of actor a mailbox belongs to. */
enum Kind {
  /** Runs code, one call at a time: what it tells an object is a call. */
  CONTEXT,
  /** Answers calls. */
  OBJECT,
  /** Looks on: what it is told changes nothing for anybody else. */
  OBSERVER
}
