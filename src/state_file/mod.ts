/**
 * Keeps counters over restarts. Nothing is to be shown of a state that is not on disk: Prometheus
 * would take the restart of a process that had shown more for a counter reset, and add the whole
 * value again.
 */
import { type Clock, sleep } from "../clock.ts";
import type { SavedServer } from "../core/saved_server.ts";
import type { ServerState } from "../core/state.ts";
import { createLogOnce } from "../log/log_once.ts";
import type { Log } from "../log/mod.ts";
import { discardFile, lockFile, readFile, replaceFile, setFileAside } from "./disk.ts";
import { isCreditUnchanged, NO_STATE, type SavedState, withServers } from "./saved_state.ts";
import { formatState, parseState, StateFileError } from "./schema.ts";

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
  /** When the file last held all that has been shown; `undefined` before the first save. */
  readonly savedAtMs: number | undefined;
  /**
   * Saves the states, and resolves to what may be shown: the states as they were last saved, which
   * is at most a second ago. It never rejects. What cannot be saved may be shown all the same, for
   * then there is no file that a restart could read.
   */
  save(states: () => readonly ServerState[]): Promise<readonly ServerState[]>;
  /** Saves every few seconds while something is counted, until the signal aborts. */
  saveRegularly(states: () => readonly ServerState[], signal: AbortSignal): Promise<void>;
  /** Saves once more and leaves the file to other processes. */
  close(states: () => readonly ServerState[]): Promise<void>;
}

/** The least time between two saves: memory cards wear out. */
const MIN_INTERVAL_MS = 1_000;

/**
 * The most playing time that a killed process loses, less than between two confirmations. Scrapes
 * every 10, 15, 30 or 60 s do not come within a second of such a save.
 */
const INTERVAL_MS = 8_000;

/**
 * Opens the state file and reads it. Throws a {@link StateFileError} if another process uses it. A
 * file that cannot be used is set aside under another name, and the counters begin at 0.
 */
export function openStateFile(options: StateFileOptions): StateFile {
  const { path, hiddenLabels, log, clock } = options;
  const lock = openLock(options);
  const problemLog = createLogOnce(log);
  const initial = lock === undefined ? undefined : readState(options);
  let state: SavedState = { ...NO_STATE, ...initial, hiddenLabels };
  let text = "";
  let shown: readonly ServerState[] = [];
  let startedAt = -Infinity;
  let savedAtMs: number | undefined;
  let saving: Promise<readonly ServerState[]> | undefined;

  async function write(states: readonly ServerState[]): Promise<readonly ServerState[]> {
    startedAt = clock.now();
    shown = states;
    state = withServers(state, states);
    const newText = formatState(state);
    try {
      if (newText !== text) await replaceFile(path, newText);
      text = newText;
      savedAtMs = startedAt;
      if (problemLog.clear()) log.info("The state file can be written again", { path });
    } catch (error) {
      text = "";
      const discarded = await discardFile(path);
      const consequence = discarded
        ? "after a restart, counters begin at 0"
        : "remove it before a restart, for it is out of date";
      const message = `Cannot write the state file: ${consequence}`;
      problemLog.report("error", message, { path, error }, message + error);
    }
    return shown;
  }

  function begin(states: readonly ServerState[]): Promise<readonly ServerState[]> {
    if (lock === undefined || states.length === 0) return Promise.resolve(states);
    saving = write(states).finally(() => saving = undefined);
    return saving;
  }

  function save(states: () => readonly ServerState[]): Promise<readonly ServerState[]> {
    if (saving !== undefined) return saving;
    const isRecent = clock.now() - startedAt < MIN_INTERVAL_MS;
    return isRecent ? Promise.resolve(shown) : begin(states());
  }

  return {
    saved: (id) => state.servers[id],
    savedAt: (address) => state.servers[state.addresses[address] ?? ""],
    get savedAtMs() {
      return savedAtMs;
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

/** The locked file beside the state file; nothing where there can be none. */
function openLock({ path, log }: StateFileOptions): ReturnType<typeof lockFile> {
  let lock;
  try {
    lock = lockFile(`${path}.lock`);
  } catch (error) {
    log.error("Cannot use STATE_FILE: counters begin at 0, and are not kept over a restart", {
      path,
      error,
    });
    return undefined;
  }
  if (lock !== undefined) return lock;
  throw new StateFileError(
    `Another process uses STATE_FILE "${path}": stop it, or give each process a file of its own`,
  );
}

/** What the file holds; nothing if there is none, or none that can be used. */
function readState({ path, hiddenLabels, log }: StateFileOptions): SavedState | undefined {
  let state;
  try {
    const text = readFile(path);
    if (text === undefined) return undefined;
    state = parseState(text);
  } catch (error) {
    const aside = setFileAside(path);
    log.error("Cannot use the state file: counters begin at 0", { path, aside, error });
    return undefined;
  }
  const { hiddenLabels: hiddenBefore } = state;
  const labels = hiddenLabels.filter((label) => !hiddenBefore.includes(label));
  if (labels.length === 0) return state;
  // It is not set aside, for what is to be hidden would stay on the disk.
  log.warn("The state file has values of labels that are hidden now: counters begin at 0", {
    path,
    labels,
  });
  return undefined;
}
