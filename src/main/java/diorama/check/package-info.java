/**
 * Checks that watch a machine from outside: each is a function of a recorded history, knows no fix
 * and no scenario, and brings witnesses for what it claims.
 */
@NullMarked
package diorama.check;

import org.jspecify.annotations.NullMarked;
