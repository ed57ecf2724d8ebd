/** The result of reading a setting, a file that it names, or arguments. */

/** A value, or everything that is wrong with it: sentences that start with the setting's name. */
export type ReadResult<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly problems: readonly string[]; readonly value?: undefined };
