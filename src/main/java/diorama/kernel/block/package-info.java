/** block/: bios, the request queue, the device with its media, the completion interrupt. */
@NullMarked
package diorama.kernel.block;

import org.jspecify.annotations.NullMarked;
