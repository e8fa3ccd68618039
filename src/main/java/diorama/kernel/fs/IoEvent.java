package diorama.kernel.fs;

/**
 * {@code struct io_event}: what io_getevents hands to a program.
 *
 * @param obj address of the program's iocb
 * @param data what the program wrote into {@code aio_data}
 * @param res bytes, or a negative errno
 * @param res2 always 0 here
 */
public record IoEvent(long obj, long data, long res, long res2) {}
