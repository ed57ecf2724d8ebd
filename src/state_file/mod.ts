/**
 * Keeps counters over restarts. A state must be on disk before it is shown: if a process showed
 * more than it saved, Prometheus would take its restart for a counter reset and add the whole value
 * again.
 */
import { type Clock, sleep } from "../clock.ts";
import type { SavedServer } from "../core/saved_server.ts";
import type { ServerState } from "../core/state.ts";
import { createLogOnce } from "../log/log_once.ts";
import type { Log } from "../log/mod.ts";
import {
  asidePath,
  discardFile,
  type FileLock,
  isAbsent,
  lockFile,
  readFile,
  replaceFile,
  setFileAside,
  temporaryPath,
} from "./disk.ts";
import {
  isCreditUnchanged,
  NO_STATE,
  savedByAddress,
  savedById,
  type SavedState,
  withServers,
} from "./saved_state.ts";
import { formatState, parseState, StateFileError } from "./schema.ts";

export interface StateFileOptions {
  readonly path: string;
  /** The labels whose values are hidden. */
  readonly hiddenLabels: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

export interface StateFile {
  /** What was saved of the server with this identifier. */
  savedById(id: string): SavedServer | undefined;
  /** What was saved of the server that was last exported from this address. */
  savedByAddress(address: string): SavedServer | undefined;
  /** When the file last held all that has been shown; `undefined` before the first save. */
  readonly savedAtMs: number | undefined;
  /** Whether it could not be used or written the last time: then a restart resets the counters. */
  readonly isFailing: boolean;
  /**
   * Saves the states, and resolves to what may be shown: the states as they were last saved, which
   * is at most a second ago. It never rejects. If they cannot be saved, they may be shown all the
   * same, because then there is no file for a restart to continue from.
   */
  save(states: () => readonly ServerState[]): Promise<readonly ServerState[]>;
  /** Saves every few seconds while something is counted, until the signal aborts. */
  saveRegularly(states: () => readonly ServerState[], signal: AbortSignal): Promise<void>;
  /** Saves once more and leaves the file to other processes. */
  close(states: () => readonly ServerState[]): Promise<void>;
}

/** Minimum time between two saves, because memory cards wear out. */
const MIN_INTERVAL_MS = 1_000;

/**
 * Time between two saves without a scrape, and so the most playing time that a killed process
 * loses. Scrapes every 10, 15, 30 or 60 s do not come within a second of such a save.
 */
const INTERVAL_MS = 8_000;

/**
 * Opens the state file and reads it. Rejects with a {@link StateFileError} if another process uses
 * it. A file that cannot be used is set aside under another name, and the counters begin at 0.
 */
export async function openStateFile(options: StateFileOptions): Promise<StateFile> {
  const { path, hiddenLabels, log, clock } = options;
  const problemLog = createLogOnce(log);
  let lock = await acquireLock(path).catch(async (error) => {
    if (error instanceof StateFileError) throw error;
    report("Cannot use STATE_FILE", error, await isAbsent(path));
    return undefined;
  });
  const initial = lock === undefined ? undefined : await readState(options);
  let state: SavedState = { ...NO_STATE, ...initial, hiddenLabels };
  /** The text of the file; empty if that is unknown. */
  let writtenText = "";
  let shown: readonly ServerState[] = [];
  let startedAt = -Infinity;
  let savedAtMs: number | undefined;
  let isFailing = lock === undefined;
  let saving: Promise<readonly ServerState[]> | undefined;

  async function write(states: readonly ServerState[]): Promise<readonly ServerState[]> {
    startedAt = clock.now();
    shown = states;
    state = withServers(state, states);
    try {
      lock ??= await acquireLock(path);
      const text = formatState(state);
      if (text !== writtenText) await replaceFile(path, text);
      writtenText = text;
      savedAtMs = startedAt;
      isFailing = false;
      if (problemLog.clear()) log.info("The state file can be written again", { path });
    } catch (error) {
      isFailing = true;
      writtenText = "";
      // Without the lock, the file may be another process's.
      const isGone = await (lock === undefined ? isAbsent(path) : discardFile(path));
      report("Cannot write the state file", error, isGone);
    }
    return shown;
  }

  /** Logs a problem once, with what it means for a restart: an old file must not be read again. */
  function report(what: string, error: unknown, isGone: boolean): void {
    const message = error instanceof StateFileError
      ? `${what}: another process has taken it`
      : isGone
      ? `${what}: it keeps no counters over a restart`
      : `${what}: remove it before a restart, because it is out of date`;
    problemLog.report("error", message, { path, error }, String(error));
  }

  function begin(states: readonly ServerState[]): Promise<readonly ServerState[]> {
    if (states.length === 0) return Promise.resolve(states);
    saving = write(states).finally(() => saving = undefined);
    return saving;
  }

  function save(states: () => readonly ServerState[]): Promise<readonly ServerState[]> {
    if (saving !== undefined) return saving;
    const isRecent = clock.now() - startedAt < MIN_INTERVAL_MS;
    return isRecent ? Promise.resolve(shown) : begin(states());
  }

  return {
    savedById: (id) => savedById(state, id),
    savedByAddress: (address) => savedByAddress(state, address),
    get savedAtMs() {
      return savedAtMs;
    },
    get isFailing() {
      return isFailing;
    },
    save,
    async saveRegularly(states, signal) {
      while (!signal.aborted) {
        const sinceMs = clock.now() - startedAt;
        await sleep(clock, sinceMs < INTERVAL_MS ? INTERVAL_MS - sinceMs : INTERVAL_MS, signal);
        const isDue = clock.now() - startedAt >= INTERVAL_MS;
        if (isDue && !isCreditUnchanged(shown, states())) await save(states);
      }
    },
    async close(states) {
      await saving;
      await begin(states());
      lock?.close();
    },
  };
}

/**
 * Locks the state file by a file beside it, because the state file is replaced. Rejects with a
 * {@link StateFileError} if another process has locked it, otherwise as the file system does.
 */
async function acquireLock(path: string): Promise<FileLock> {
  const lock = await lockFile(`${path}.lock`);
  if (lock !== undefined) return lock;
  throw new StateFileError(
    `Another process uses STATE_FILE "${path}": stop it, or give each process a file of its own`,
  );
}

/** The state in the file; `undefined` if there is none, or none that can be used. */
async function readState(options: StateFileOptions): Promise<SavedState | undefined> {
  const { path, hiddenLabels, log } = options;
  let state;
  try {
    const text = await readFile(path);
    if (text === undefined) return undefined;
    state = parseState(text);
  } catch (error) {
    const aside = await setFileAside(path);
    log.error("Cannot use the state file: counters begin at 0", { path, aside, error });
    return undefined;
  }
  const { hiddenLabels: hiddenBefore, servers } = state;
  const labels = hiddenLabels.filter((label) => !hiddenBefore.includes(label));
  if (labels.length > 0) return await discardUnhidden(options, labels);
  log.info("Counters continue from the state file", { path, servers: servers.length });
  return state;
}

/** Discards every file that may contain values of `labels`, which are hidden now. */
async function discardUnhidden(
  { path, log }: StateFileOptions,
  labels: readonly string[],
): Promise<undefined> {
  log.warn("The state file has values of labels that are hidden now: counters begin at 0", {
    path,
    labels,
  });
  for (const each of [path, temporaryPath(path), asidePath(path)]) {
    if (await discardFile(each)) continue;
    log.error("Cannot remove values of labels that are hidden now: remove the file", {
      path: each,
    });
  }
}
