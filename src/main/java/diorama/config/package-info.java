/** Configuration files, read against a declared schema; every mistake is told with its place. */
@NullMarked
package diorama.config;

import org.jspecify.annotations.NullMarked;
