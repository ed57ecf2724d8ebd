/**
 * The state file on disk: one process at a time, replaced as a whole, at most once a second. Nothing
 * is to be shown of a state that is not on disk: Prometheus would take the restart of a process that
 * had shown more for a counter reset, and add the whole value again.
 */
import { type Clock, sleep } from "../clock.ts";
import { type SavedServer, saveServer } from "../core/saved_server.ts";
import type { ServerState } from "../core/state.ts";
import { createLogOnce } from "../log/log_once.ts";
import type { Log } from "../log/mod.ts";
import { formatState, parseState, type SavedState, StateFileError } from "./schema.ts";

export interface StateFileOptions {
  readonly path: string;
  /** The labels whose values are hidden. */
  readonly hiddenLabels: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

export interface StateFile {
  /** What was saved of a server, by its identifier. */
  saved(id: string): SavedServer | undefined;
  /** What was saved of the server that was last seen at an address. */
  savedAt(address: string): SavedServer | undefined;
  /** When the last process or this one last saved, on the exporter's clock. */
  readonly lastSavedAt: number | undefined;
  /**
   * Saves the states as they are when it is its turn, and resolves to them. It never rejects: states
   * that cannot be saved may be shown all the same, since then there is no file to go on from.
   */
  save(states: () => readonly ServerState[]): Promise<readonly ServerState[]>;
  /** Gives the file free for another process, after the last save. */
  close(): Promise<void>;
}

/** Between two saves: disks and memory cards wear out. */
const MIN_INTERVAL_MS = 1_000;

/** Only the user of the process may read who watches what. */
const MODE = 0o600;

const NO_STATE = { addresses: {}, servers: {} };

/**
 * Opens the state file and reads it. Throws a {@link StateFileError} if another process has it. A
 * file that cannot be used is set aside under another name, and the counters begin at 0.
 */
export function openStateFile({ path, hiddenLabels, log, clock }: StateFileOptions): StateFile {
  const lock = lockFile(`${path}.lock`);
  const problemLog = createLogOnce(log);
  let state: SavedState = { ...NO_STATE, hiddenLabels, ...readState(path, hiddenLabels, log) };
  let text = "";
  let startedAt = -Infinity;
  let lastSavedAt: number | undefined;
  let next: Promise<readonly ServerState[]> | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(states: readonly ServerState[]): Promise<void> {
    state = withServers({ ...state, hiddenLabels }, states);
    const newText = formatState(state);
    if (newText === text) return;
    startedAt = clock.now();
    try {
      await replaceFile(path, newText);
      text = newText;
      lastSavedAt = clock.now();
      problemLog.clear();
    } catch (error) {
      text = "";
      const message = "Cannot write the state file: after a restart, counters begin at 0";
      problemLog.report("error", message, { path, error }, String(error));
      await Deno.remove(path).catch(() => {});
    }
  }

  return {
    saved: (id) => state.servers[id],
    savedAt: (address) => state.servers[state.addresses[address] ?? ""],
    get lastSavedAt() {
      return lastSavedAt;
    },
    save(states) {
      next ??= (async () => {
        await writing;
        await sleep(clock, startedAt + MIN_INTERVAL_MS - clock.now());
        next = undefined;
        const shown = states();
        writing = write(shown);
        await writing;
        return shown;
      })();
      return next;
    },
    async close() {
      await next;
      await writing;
      lock.close();
    },
  };
}

/** Locks a file until it is closed or the process ends. */
function lockFile(path: string): Deno.FsFile {
  const file = Deno.openSync(path, { write: true, create: true, mode: MODE });
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new StateFileError("Another process uses it");
}

/** What the file holds; nothing if there is none, or none that can be used. */
function readState(
  path: string,
  hiddenLabels: readonly string[],
  log: Log,
): SavedState | undefined {
  try {
    const state = parseState(Deno.readTextFileSync(path));
    const missing = hiddenLabels.filter((label) => !state.hiddenLabels.includes(label));
    if (missing.length === 0) return state;
    throw new StateFileError(`It has values of labels that are now hidden: ${missing.join(", ")}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const aside = `${path}.unusable`;
    log.error("Cannot use the state file: counters begin at 0, and it is set aside", {
      path,
      aside,
      error,
    });
    try {
      Deno.renameSync(path, aside);
    } catch {
      // It is replaced by the next save, or that says why not.
    }
    return undefined;
  }
}

/** The state with the servers as they are now; others stay, for a server that is away. */
function withServers(state: SavedState, states: readonly ServerState[]): SavedState {
  const addresses = { ...state.addresses };
  const servers = { ...state.servers };
  for (const each of states) {
    const saved = saveServer(each);
    if (saved === undefined) continue;
    addresses[each.address] = saved.server.id;
    servers[saved.server.id] = saved;
  }
  return { ...state, addresses, servers };
}

/** Replaces the file by one with this text, so that at any moment there is a whole one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const options = { write: true, create: true, truncate: true, mode: MODE };
  {
    using file = await Deno.open(temporary, options);
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
    await file.sync();
  }
  await Deno.rename(temporary, path);
}
