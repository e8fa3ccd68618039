/**
 * How the actors of a machine are run: dispatchers, schedulers and mailboxes behind Akka's own
 * configuration. Knows Akka, and nothing of the kernel that it runs.
 *
 * <p>This package has what every engine shares: mailboxes that stamp each message with its sender
 * and count each delivery. The engines are in the packages below.
 */
@NullMarked
package diorama.engine;

import org.jspecify.annotations.NullMarked;
