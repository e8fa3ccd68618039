package diorama.kernel.fs.jbd;

import org.jspecify.annotations.Nullable;

/**
 * {@code handle_t}: one atomic update of the file system, open in one context and known to it as
 * {@code current->journal_info}. Belongs to that context alone.
 */
public final class Handle {
  private @Nullable Transaction transaction;
  private final long error;
  int bufferCredits;
  int ref = 1;
  boolean sync;

  Handle(int credits) {
    this(credits, 0);
  }

  private Handle(int credits, long error) {
    this.bufferCredits = credits;
    this.error = error;
  }

  /** {@code ERR_PTR}: no handle, but why there is none. */
  static Handle err(long error) {
    return new Handle(0, error);
  }

  /** {@code IS_ERR}. */
  public boolean isErr() {
    return error != 0;
  }

  /** {@code PTR_ERR}: a negative errno. */
  public long ptrErr() {
    return error;
  }

  /** {@code h_transaction}. */
  public Transaction transaction() {
    if (transaction == null) {
      throw new IllegalStateException("a handle without a transaction");
    }
    return transaction;
  }

  void join(Transaction joined) {
    transaction = joined;
  }

  /** {@code h_buffer_credits}: how many more buffers this update may add to the transaction. */
  public int bufferCredits() {
    return bufferCredits;
  }

  /** {@code h_sync = 1}: journal_stop commits the transaction and waits for it. */
  public void setSync() {
    sync = true;
  }
}
