/**
 * The natural engine: real threads, real time. Its dispatcher serves every mailbox in turn, its
 * scheduler is late by microseconds, and the interleaving is whatever the machine under it makes of
 * that.
 */
@NullMarked
package diorama.engine.natural;

import org.jspecify.annotations.NullMarked;
