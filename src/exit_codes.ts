/** The exit codes of all commands. */

/** Success; a server that ends by a signal has succeeded, too. */
export const OK = 0;

/** The command failed. */
export const FAILED = 1;

/** The settings or the arguments are invalid. */
export const BAD_SETTINGS = 2;

/** The reader of stdout has closed it: as if SIGPIPE had ended the process, 128 and its number. */
export const BROKEN_PIPE = 141;

/** The codes of a command that a signal interrupted: 128 and its number. */
export const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };
