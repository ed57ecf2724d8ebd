/**
 * The `history` command: Plex's own history as OpenMetrics with times, for Prometheus to import. It
 * prints through what it is given, so that tests can run it.
 */
import type { Clock } from "../clock.ts";
import type { Config, ServerConfig } from "../config/mod.ts";
import { initialState } from "../core/state.ts";
import { serverLabels } from "../metrics/server_labels.ts";
import type { Labels } from "../metrics/labels.ts";
import { createClient } from "../plex/client.ts";
import { checkOwnerAccess } from "../plex/socket.ts";
import { openTransport } from "../plex/transport/mod.ts";
import { bandwidthLines } from "./bandwidth.ts";
import type { HistoryOptions } from "./options.ts";
import { ask, ReadError, type ReadOptions } from "./paging.ts";
import { readBandwidth, readViewPages } from "./reading.ts";
import { offsetsOf } from "./sample_times.ts";
import type { Span } from "./series.ts";
import { END } from "./text.ts";
import { viewLines } from "./views.ts";

export { type HistoryOptions, readOptions } from "./options.ts";

export interface HistoryRun {
  readonly config: Config;
  readonly options: HistoryOptions;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends the run; what has been written then lacks its end. */
  readonly signal: AbortSignal;
  /** Writes to the file or to stdout; resolves when there is room for more. */
  readonly write: (text: string) => Promise<void>;
  /** Tells people how far it is, a line each. */
  readonly tell: (line: string) => void;
}

/** Writes the history of every server; whether it is complete. Rejects if it cannot be written. */
export async function writeHistory(run: HistoryRun): Promise<boolean> {
  for (const server of run.config.servers) {
    try {
      await writeServer(run, server);
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      run.tell(`error: ${server.label}: ${error.message}`);
      return false;
    }
    if (run.signal.aborted) return false;
  }
  await run.write(END);
  return true;
}

async function writeServer(
  run: HistoryRun,
  { baseUrl, label, token }: ServerConfig,
): Promise<void> {
  const { clock, config, options, random, signal } = run;
  const server = new URL(baseUrl);
  const transport = await openTransport(server, {
    caCerts: () => config.certificateAuthority ? [config.certificateAuthority.pem] : [],
    skipVerification: config.skipTlsVerification,
  });
  const client = createClient({
    server,
    token: () => token.reveal(),
    transport,
    clock,
    timeoutMs: config.requestTimeoutMs,
    signal,
    onEvent: () => {},
    hide: new Set(config.hideLabels),
  });
  const span: Span = {
    grid: { stepMs: options.stepMs, offsetsMs: offsetsOf(config.zone, options.untilMs) },
    fromMs: options.sinceMs ?? -Infinity,
    untilMs: options.untilMs,
  };
  const reading: ReadOptions = { client, clock, random, signal };
  const tell = (line: string) => run.tell(`${label}: ${line}`);
  try {
    const identity = await readIdentity(reading, label);
    if (identity === undefined) return;
    const labels = { ...identity, ...options.labels };
    const readViews = readViewPages(reading, new Set(config.hideLabels), tell);
    for await (const lines of viewLines(readViews, labels, span)) await run.write(lines);
    const sent = await readBandwidth(reading, tell);
    if (sent === undefined) return;
    for (const lines of bandwidthLines(sent, labels, span)) await run.write(lines);
  } finally {
    transport.close();
  }
}

/** The server's labels; `undefined` when the signal aborts. Throws where the token is a guest's. */
async function readIdentity(reading: ReadOptions, address: string): Promise<Labels | undefined> {
  const { client } = reading;
  const server = await ask(reading, "what the server says of itself", client.server);
  if (server === undefined) return undefined;
  const refusal = await checkOwnerAccess(client);
  if (refusal?.failure === "unauthorized") {
    throw new ReadError("The token is not the server owner's: Plex shows its own views only");
  }
  return serverLabels("server", { ...initialState(address, "UTC"), server });
}
