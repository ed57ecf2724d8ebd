/** Writes a file atomically, readable by its owner only. Replaces a file only on request. */

/** A file that is being written, beside the path at which it will be. */
export interface EnvFile {
  /** Writes the text and renames the file to its path. Rejects with a {@link WriteError}. */
  commit(text: string): Promise<void>;
  /** Removes what has been written so far; does nothing after a commit. */
  discard(): void;
}

/** The settings cannot be written. The message is a sentence for users. */
export class WriteError extends Error {}

/** Only the user who runs the command may read the token. */
const MODE = 0o600;

const ADVICE_IF_IT_EXISTS =
  "--force replaces it and everything in it. To keep its other settings, " +
  "run login without --write, and put the two lines that it prints into the file";

/**
 * Begins a file beside `path`, so that a path that cannot be written is found before the sign-in.
 * `unique` makes its name one that nothing else has. Throws a {@link WriteError}, also if there is
 * a file and `force` is false.
 */
export function beginEnvFile(
  path: string,
  { force, unique }: { readonly force: boolean; readonly unique: string },
): EnvFile {
  if (/[/\\]$/.test(path)) throw new WriteError(`${path} is a folder; name a file in it`);
  const temporary = `${path}.${unique}.new`;
  let file: Deno.FsFile;
  try {
    assertReplaceable(path, force);
    file = Deno.openSync(temporary, { write: true, createNew: true, mode: MODE });
  } catch (error) {
    throw explain(path, error);
  }
  let isReserved = false;
  const discard = () => {
    try {
      file.close();
    } catch {
      // It has been closed before.
    }
    const left = isReserved ? [temporary, path] : [temporary];
    // A second call must not remove a file that another program has created there since.
    isReserved = false;
    for (const path of left) {
      try {
        Deno.removeSync(path);
      } catch {
        // It has been renamed or removed.
      }
    }
  };
  return {
    async commit(text) {
      try {
        if (!force) {
          // Fails if the file has appeared meanwhile; renaming would replace it.
          Deno.openSync(path, { write: true, createNew: true, mode: MODE }).close();
          isReserved = true;
        }
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
        await file.sync();
        file.close();
        await Deno.rename(temporary, path);
        isReserved = false;
      } catch (error) {
        discard();
        throw explain(path, error);
      }
    },
    discard,
  };
}

/** Throws unless there is nothing at `path`, or a file that may be replaced. */
function assertReplaceable(path: string, force: boolean): void {
  let found: Deno.FileInfo;
  try {
    found = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (found.isDirectory) throw new WriteError(`${path} is a folder; name a file in it`);
  if (!found.isFile) {
    throw new WriteError(`${path} is a link or a device and is not replaced; name a file`);
  }
  if (!force) {
    throw new WriteError(`${path} exists; ${ADVICE_IF_IT_EXISTS}`);
  }
}

/** The error of a file system as a {@link WriteError}; any other error as it is. */
function explain(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof WriteError) return error;
  const { errors } = Deno;
  if (error instanceof errors.NotFound) {
    return new WriteError(`Cannot write ${path}: its folder does not exist`);
  }
  const isRefused = error instanceof errors.PermissionDenied ||
    error instanceof errors.NotCapable || /read-only/i.test(error.message);
  if (isRefused) {
    return new WriteError(
      `Cannot write ${path}: no permission to write there. Name a file in a folder that you may ` +
        "write to; a container needs such a folder mounted, and --user with your user id",
    );
  }
  if (error instanceof errors.AlreadyExists) {
    return new WriteError(`${path} exists by now; ${ADVICE_IF_IT_EXISTS}`);
  }
  // After the colon comes the path of the temporary file.
  const [reason = ""] = error.message.split(": ");
  return new WriteError(`Cannot write ${path}: ${reason}`);
}
