/** The whole table: nothing else is ever returned. */
export const DONE = 0;
/** The work failed, or a check found something. */
export const FAILED = 1;
/** What was typed cannot be understood; nothing was done. */
export const WRONG_USAGE = 2;

/** Ctrl-C at a question, as of a program that the signal ended; nothing was done. */
export const INTERRUPTED = 130;

export type ExitCode = typeof DONE | typeof FAILED | typeof WRONG_USAGE | typeof INTERRUPTED;
