/**
 * Writes Plex's own history of all servers as OpenMetrics with timestamps, for Prometheus to
 * import. `command` runs it with files, signals and exit codes.
 */
import type { Clock } from "../clock.ts";
import type { Config } from "../config/mod.ts";
import type { HistoryOptions } from "./options.ts";
import { ReadError } from "./retries.ts";
import { type HistoryServer, openServer } from "./server.ts";
import { END, type FamilyLines, familyText } from "./text.ts";

export { type HistoryOptions, readOptions } from "./options.ts";

export interface HistoryRun {
  readonly config: Config;
  readonly options: HistoryOptions;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborts the run; the text then has no `# EOF`. */
  readonly signal: AbortSignal;
  /** Writes to the file or to stdout; resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>;
  /** Receives progress and errors, a line each. */
  readonly report: (line: string) => void;
}

/** Writes the history of every server. Returns whether it is complete. Rejects if `write` does. */
export async function writeHistory(run: HistoryRun): Promise<boolean> {
  const servers: HistoryServer[] = [];
  try {
    for (const server of run.config.servers) servers.push(await openServer(run, server));
    // Before anything is written, every server has to answer, and to the owner.
    const families: FamilyLines[] = [];
    for (const server of servers) families.push(...await server.families());
    await writeFamilies(run, families);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    run.report(`error: ${error.message}`);
    return false;
  } finally {
    servers.forEach((server) => server.close());
  }
  if (run.signal.aborted) return false;
  await run.write(END);
  return true;
}

/**
 * Writes each family in one piece, as OpenMetrics demands: one server after the other within it.
 */
async function writeFamilies(
  { signal, write }: HistoryRun,
  families: readonly FamilyLines[],
): Promise<void> {
  for (const [family, ofServers] of Map.groupBy(families, ({ family }) => family)) {
    let isIntroduced = false;
    for (const { lines } of ofServers) {
      if (signal.aborted) return;
      for await (const text of lines()) {
        if (text === "") continue;
        if (!isIntroduced) await write(familyText(family));
        isIntroduced = true;
        await write(text);
      }
    }
  }
}
