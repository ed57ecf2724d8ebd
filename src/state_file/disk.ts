/** The state file as the file system sees it: a lock, and a file that is replaced as a whole. */

/** Only the user of the process may read who watches what. */
const MODE = 0o600;

/**
 * Locks a file, which is created if need be, until it is closed or the process ends. Resolves to
 * nothing if another process has locked it. Throws the error of the file system.
 */
export function lockFile(path: string): Deno.FsFile | undefined {
  const file = Deno.openSync(path, { write: true, create: true, mode: MODE });
  if (file.tryLockSync(true)) return file;
  file.close();
  return undefined;
}

/** The text of a file; `undefined` if there is none. Throws the error of the file system. */
export function readFile(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Replaces a file, so that at any moment, even of a power failure, there is a whole one: the old or
 * the new one. Rejects with the error of the file system; then the old file is as it was.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await writeSynced(temporary, new TextEncoder().encode(text));
    await Deno.rename(temporary, path);
  } catch (error) {
    // It may be what fills the disk.
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(path);
}

/**
 * Takes away a file that is out of date, or at least what it says: the folder may be one in which
 * nothing can be removed. Resolves to whether that succeeded.
 */
export async function discardFile(path: string): Promise<boolean> {
  try {
    await Deno.remove(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    return await Deno.truncate(path).then(() => true, () => false);
  }
}

/**
 * Renames a file that cannot be used, so that it can be looked at. Returns its new name, or nothing
 * if it has to stay: then the next replacement says why.
 */
export function setFileAside(path: string): string | undefined {
  const aside = `${path}.unusable`;
  try {
    Deno.renameSync(path, aside);
    return aside;
  } catch {
    return undefined;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const options = { write: true, create: true, truncate: true, mode: MODE };
  using file = await Deno.open(path, options);
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
  await file.sync();
}

/** A power failure may undo a rename until the folder has been written, too. */
async function syncFolder(path: string): Promise<void> {
  try {
    using folder = await Deno.open(path.replace(/[^/\\]*$/, "") || ".");
    await folder.sync();
  } catch {
    // Windows opens no folders, and some network file systems write none: the rename has to do.
  }
}
