/** One server as the command reads it, and what it has of each family. */
import type { ServerConfig } from "../config/mod.ts";
import { initialState } from "../core/state.ts";
import type { Labels } from "../metrics/labels.ts";
import { serverLabels } from "../metrics/server_labels.ts";
import { createClient } from "../plex/client.ts";
import { checkOwnerAccess } from "../plex/owner_access.ts";
import { openTransport } from "../plex/transport/mod.ts";
import { bandwidthFamilies } from "./bandwidth.ts";
import type { HistoryRun } from "./mod.ts";
import { ask, ReadError, type ReadOptions } from "./paging.ts";
import { readBandwidth, readViewPages } from "./reading.ts";
import { offsetsOf } from "./sample_times.ts";
import type { Span } from "./series.ts";
import type { FamilyLines } from "./text.ts";
import { viewFamilies } from "./views.ts";

export interface HistoryServer {
  /**
   * Finds out which server it is. Returns its families, the same for every server, which have to be
   * written in this order; none when the signal aborts. Throws a `ReadError`, also where the token
   * is a guest's.
   */
  families(): Promise<readonly FamilyLines[]>;
  close(): void;
}

/** Opens a connection to a server; asks nothing yet. */
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
  const reading: ReadOptions = { label, client, clock, random, signal };
  const tell = (line: string) => run.tell(`${label}: ${line}`);
  return {
    async families() {
      const identity = await readIdentity(reading);
      if (identity === undefined) return [];
      const labels = { ...identity, ...options.labels };
      return [
        ...viewFamilies(readViewPages(reading, hide, tell), labels, span),
        ...bandwidthFamilies(() => readBandwidth(reading, tell), labels, span),
      ];
    },
    close: () => transport.close(),
  };
}

/** The server's labels; `undefined` when the signal aborts. Throws where the token is a guest's. */
async function readIdentity(reading: ReadOptions): Promise<Labels | undefined> {
  const { client, label } = reading;
  const server = await ask(reading, "the server's description", client.server);
  if (server === undefined) return undefined;
  const refusal = await checkOwnerAccess(client);
  if (refusal?.failure === "unauthorized") {
    throw new ReadError(
      `${label}: The token is not the server owner's: Plex shows its own views only`,
    );
  }
  return serverLabels("server", { ...initialState(label, "UTC"), server });
}
