/** The state file as the file system sees it: a lock, and a file that is replaced as a whole. */

/** Only the user of the process may read who watches what. */
const MODE = 0o600;

/** A lock that is held until it is closed or the process ends. */
export interface FileLock {
  close(): void;
}

/**
 * Locks a file, which is created if need be. Resolves to nothing if another process has locked it.
 * Rejects with the error of the file system.
 */
export async function lockFile(path: string): Promise<FileLock | undefined> {
  const file = await Deno.open(path, { write: true, create: true, mode: MODE });
  let isLocked = false;
  try {
    isLocked = await file.tryLock(true);
    return isLocked ? file : undefined;
  } finally {
    if (!isLocked) file.close();
  }
}

/** The text of a file; `undefined` if there is none. Rejects with the error of the file system. */
export async function readFile(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Where {@link replaceFile} writes a file before it has its name. */
export function temporaryPath(path: string): string {
  return `${path}.new`;
}

/** Where {@link setFileAside} moves a file. */
export function asidePath(path: string): string {
  return `${path}.unusable`;
}

/**
 * Replaces a file, so that a complete one exists at any moment, even after a power failure: the old
 * or the new one. Rejects with the error of the file system; then the old file is as it was.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = temporaryPath(path);
  const bytes = new TextEncoder().encode(text);
  try {
    await writeSynced(temporary, bytes).catch(async (error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      // A process that was killed has left one.
      await Deno.remove(temporary);
      await writeSynced(temporary, bytes);
    });
    await Deno.rename(temporary, path);
  } catch (error) {
    // It may be what fills the disk.
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(path);
}

/** Whether nothing is there that could be read as a state: no file, an empty one, or a folder. */
export async function isAbsent(path: string): Promise<boolean> {
  try {
    const { isDirectory, isFile, size } = await Deno.lstat(path);
    return isDirectory || (isFile && size === 0);
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/**
 * Removes a file that is out of date, or empties it where nothing can be removed from its folder. A
 * folder of that name stays. Resolves to whether nothing is left that could be read as a state.
 */
export async function discardFile(path: string): Promise<boolean> {
  if (await isAbsent(path)) return true;
  try {
    await Deno.remove(path);
  } catch {
    return await emptyFile(path);
  }
  await syncFolder(path);
  return true;
}

/**
 * Renames a file that cannot be used, so that it can be looked at. Resolves to its new name, or to
 * nothing if it has to stay: then the next replacement says why.
 */
export async function setFileAside(path: string): Promise<string | undefined> {
  const aside = asidePath(path);
  try {
    if (await isFolder(path)) return undefined;
    await Deno.rename(path, aside);
    return aside;
  } catch {
    return undefined;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  // Never into a file or through a link that someone else has put there.
  await withFile(path, { write: true, createNew: true, mode: MODE }, async (file) => {
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
    await file.sync();
  });
}

/** Opens a file for the time of a function. */
async function withFile(
  path: string,
  options: Deno.OpenOptions,
  use: (file: Deno.FsFile) => Promise<void>,
): Promise<void> {
  const file = await Deno.open(path, options);
  try {
    await use(file);
  } finally {
    file.close();
  }
}

async function emptyFile(path: string): Promise<boolean> {
  try {
    await withFile(path, { write: true, truncate: true }, (file) => file.sync());
    return true;
  } catch {
    return false;
  }
}

/** A power failure may undo a change in a folder until the folder has been written, too. */
async function syncFolder(path: string): Promise<void> {
  try {
    await withFile(folderOf(path), { read: true }, (folder) => folder.sync());
  } catch {
    // Windows opens no folders, and some network file systems write none: the change has to do.
  }
}

/** Whether there is a folder of this name, as far as this process can see. */
export async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

/** The folder that a file is in. */
export function folderOf(path: string): string {
  return path.replace(/[^/\\]*$/, "") || ".";
}
