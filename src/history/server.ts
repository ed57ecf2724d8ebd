/** The families of one server, from its client to their lines. */
import type { ServerConfig } from "../config/mod.ts";
import { initialState } from "../core/state.ts";
import type { Labels } from "../metrics/labels.ts";
import { serverLabels } from "../metrics/server_labels.ts";
import { createClient } from "../plex/client.ts";
import { checkOwnerAccess } from "../plex/owner_access.ts";
import { openTransport } from "../plex/transport/mod.ts";
import { bandwidthFamilies } from "./bandwidth.ts";
import type { HistoryRun } from "./mod.ts";
import { ReadError, type ReadOptions, requestWithRetries } from "./retries.ts";
import { readBandwidth, readViewPages } from "./reading.ts";
import { offsetsOf } from "./sample_times.ts";
import type { Span } from "./series.ts";
import type { FamilyLines } from "./text.ts";
import { viewFamilies } from "./views.ts";

export interface HistoryServer {
  /**
   * Identifies the server and returns its families, which are the same for every server and must be
   * written in this order; none when the signal aborts. Throws a `ReadError`, also if the token is
   * not the owner's.
   */
  families(): Promise<readonly FamilyLines[]>;
  close(): void;
}

/** Opens the transport to a server. Sends no request yet. */
export async function openServer(
  run: HistoryRun,
  { baseUrl, label, token }: ServerConfig,
): Promise<HistoryServer> {
  const { clock, config, options, random, signal } = run;
  const server = new URL(baseUrl);
  const transport = await openTransport(server, {
    caCerts: () => config.certificateAuthority ? [config.certificateAuthority.pem] : [],
    skipVerification: config.skipTlsVerification,
  });
  const hide = new Set(config.hideLabels);
  const client = createClient({
    server,
    token: () => token.reveal(),
    transport,
    clock,
    timeoutMs: config.requestTimeoutMs,
    signal,
    onEvent: () => {},
    hide,
  });
  const span: Span = {
    grid: { stepMs: options.stepMs, offsetsMs: offsetsOf(config.zone, options.untilMs) },
    fromMs: options.sinceMs ?? -Infinity,
    untilMs: options.untilMs,
  };
  const readOptions: ReadOptions = { label, client, clock, random, signal };
  const report = (line: string) => run.report(`${label}: ${line}`);
  return {
    async families() {
      const identity = await readIdentity(readOptions);
      if (identity === undefined) return [];
      const labels = { ...identity, ...options.labels };
      return [
        ...viewFamilies(readViewPages(readOptions, hide, report), labels, span),
        ...bandwidthFamilies(() => readBandwidth(readOptions, report), labels, span),
      ];
    },
    close: () => transport.close(),
  };
}

/**
 * The server's labels; `undefined` when the signal aborts. Throws if the token is not the owner's.
 */
async function readIdentity(readOptions: ReadOptions): Promise<Labels | undefined> {
  const { client, label } = readOptions;
  const server = await requestWithRetries(readOptions, "the server's description", client.server);
  if (server === undefined) return undefined;
  const refusal = await checkOwnerAccess(client);
  if (refusal?.failure === "unauthorized") {
    throw new ReadError(
      `${label}: The token is not the server owner's: Plex shows it only the views of its own user`,
    );
  }
  return serverLabels("server", { ...initialState(label, "UTC"), server });
}
