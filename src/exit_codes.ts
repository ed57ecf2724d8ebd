/** The exit codes of all commands. */

/** Success, also of a server that a signal has stopped. */
export const OK = 0;

/** The command failed. */
export const FAILED = 1;

/** The settings or the arguments are invalid. */
export const BAD_SETTINGS = 2;

/** The reader of stdout has closed it: 128 plus the number of SIGPIPE. */
export const BROKEN_PIPE = 141;

/** The codes of a command that a signal interrupted: 128 plus the number of the signal. */
export const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };
