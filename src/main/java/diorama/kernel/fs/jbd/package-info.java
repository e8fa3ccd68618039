/** fs/jbd: transactions, their commit by kjournald, and the checkpoints that free the log. */
@NullMarked
package diorama.kernel.fs.jbd;

import org.jspecify.annotations.NullMarked;
