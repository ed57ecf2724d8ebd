/**
 * The exporter as a whole: a monitor for each server, and a web server that serves their state.
 * Settings and commands are read in `main.ts`; end-to-end tests start the exporter here.
 */
import process from "node:process";
import type { Config, WebConfig } from "./config/mod.ts";
import { primaryFor } from "./core/duplicate_servers.ts";
import { lastScrapeAt } from "./core/scrapes.ts";
import type { ServerState } from "./core/state.ts";
import { createLogOnce } from "./log/log_once.ts";
import type { OpenLog } from "./log/mod.ts";
import { families } from "./metrics/families.ts";
import type { ProcessInfo } from "./metrics/family.ts";
import { createRenderer, FORMAT_CONTENT_TYPES } from "./metrics/exposition.ts";
import { type Monitor, watchServer } from "./plex/monitor.ts";
import { openTransport, type TransportOptions } from "./plex/transport/mod.ts";
import { createTokenStore, watchFiles } from "./reload.ts";
import { openStateFile, type StateFile } from "./state_file/mod.ts";
import type { Clock } from "./clock.ts";
import { openBcrypt } from "./web/bcrypt.ts";
import { createHandler } from "./web/handler.ts";
import { type Certificate, serve } from "./web/server.ts";
import { renderPage } from "./web/page/mod.ts";
import { type AuthConfig, basicAuth } from "./web/basic_auth.ts";

/** What the exporter is started with. */
export interface AppOptions {
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  readonly log: OpenLog;
  /** From 0 up to 1; the jitter of back-offs. */
  readonly random: () => number;
  /** Reads a text file; throws if it cannot. */
  readonly readText: (path: string) => string;
}

/** A running exporter. */
export interface App {
  /** The URL by which this machine reaches the web server, without a trailing slash. */
  readonly url: string;
  /** The state of each server, in the order of the settings. */
  readonly states: readonly ServerState[];
  /** Stops everything. Waits at most `limitMs` for clients to read their responses. */
  stop(limitMs: number): Promise<void>;
}

/**
 * Starts the exporter. Rejects with a `ListenError` if it cannot listen on its address, and with a
 * `StateFileError` if another process uses its state file.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, clock, log, version } = options;
  const tokens = createTokenStore(options);
  const startedAt = clock.now();
  const monitors: Monitor[] = [];
  const states = () => monitors.map(({ state }) => state);
  const duplicateLogs = new Map(config.servers.map(({ label }) => [label, createLogOnce(log)]));
  const warnOfDuplicate = ({ address }: ServerState, primary: ServerState) => {
    const fields = { address, exportedAs: primary.address };
    const message = "Two addresses of one server: it is exported once";
    duplicateLogs.get(address)?.report("warn", message, fields, primary.address);
  };
  const stateFile = config.stateFile === undefined
    ? undefined
    : await openStateFile({ path: config.stateFile, hiddenLabels: config.hideLabels, log, clock });
  const render = createRenderer(families({ legacy: config.compatibleMetrics }));

  const stopping = new AbortController();
  let authConfig = authConfigOf(config.web);
  const files = watchFiles({
    ...options,
    signal: stopping.signal,
    webChanged: (next, certificateChanged) => {
      const certificate = certificateOf(next);
      if (certificateChanged && certificate !== undefined) {
        void web.renew(certificate);
      }
      authConfig = authConfigOf(next);
    },
  });

  const tls: TransportOptions = {
    caCerts: files.caCerts,
    skipVerification: config.skipTlsVerification,
  };
  const transports = await Promise.all(
    config.servers.map(({ baseUrl }) => openTransport(new URL(baseUrl), tls)),
  );
  const handler = createHandler({
    metricsPath: config.metricsPath,
    log,
    loadExamples: () => import("./embedded_examples.ts"),
    contentTypes: FORMAT_CONTENT_TYPES,
    renderMetrics: async (format) => {
      const at = clock.now();
      for (const { dispatch } of monitors) dispatch({ type: "scrape_begun", at });
      const servers = await stateFile?.save(states) ?? states();
      // Only the numbers: `completed` keeps what it refers to in memory until a client has read,
      // which may never happen.
      const scrapeNumbers = servers.map(({ scrapes }) => scrapes.begun);
      const { parts, samples } = await render(
        {
          servers: distinct(servers, warnOfDuplicate),
          at,
          process: processInfo(version, startedAt, stateFile),
        },
        format,
      );
      return {
        body: parts,
        completed: (client) => {
          monitors.forEach(({ dispatch }, index) =>
            dispatch({
              type: "scrape_completed",
              at: clock.now(),
              scrape: scrapeNumbers[index] ?? 0,
              client,
              series: samples,
            })
          );
        },
      };
    },
    lastScrapeAt: () =>
      states().map(({ scrapes }) => lastScrapeAt(scrapes)).find((at) => at !== undefined),
    renderPage: () => {
      const { metricsPath } = config;
      return renderPage(states(), clock.now(), { version, metricsPath, stateFile });
    },
  });
  const bcrypt = openBcrypt();
  const web = await serve({
    ...config.listen,
    certificate: certificateOf(config.web),
    log,
    clock,
    handler: basicAuth({ config: () => authConfig, compare: bcrypt.compare, handler, log }),
  }).catch(async (error) => {
    stopping.abort();
    transports.forEach((transport) => transport.close());
    await stateFile?.close(states);
    throw error;
  });
  log.info("Listening", {
    addresses: config.listen.hostname ?? "all",
    url: web.url,
    metrics: web.url + config.metricsPath,
  });

  const saving = stateFile?.saveRegularly(states, stopping.signal);
  for (const [index, transport] of transports.entries()) {
    const server = config.servers[index];
    if (server === undefined) continue;
    monitors.push(watchServer({
      server: new URL(server.baseUrl),
      address: server.label,
      token: () => tokens.token(index),
      renewToken: (rejected) => tokens.renew(index, rejected),
      transport,
      timeoutMs: config.requestTimeoutMs,
      libraryIntervalMs: config.libraryIntervalMs,
      walkIntervalMs: config.walkIntervalMs,
      zone: config.zone,
      hide: new Set(config.hideLabels),
      saved: stateFile && {
        atAddress: stateFile.savedByAddress(server.label),
        byId: stateFile.savedById,
      },
      clock,
      log: log.with({ server: server.label }),
      random: options.random,
    }));
  }

  return {
    url: web.url,
    get states() {
      return states();
    },
    async stop(limitMs) {
      stopping.abort();
      await Promise.all([
        web.close(limitMs).finally(bcrypt.close),
        files.done,
        ...monitors.map((monitor) => monitor.stop()),
      ]);
      await saving;
      await stateFile?.close(states);
    },
  };
}

function authConfigOf(web: WebConfig | undefined): AuthConfig {
  const users = [...web?.users ?? []].map(([name, hash]) => [name, hash.reveal()] as const);
  return { users: new Map(users), headers: web?.headers ?? {} };
}

function certificateOf(web: WebConfig | undefined): Certificate | undefined {
  return web?.certificate && { cert: web.certificate.cert, key: web.certificate.key.reveal() };
}

/** The servers without duplicates; `onDuplicate` is called for each that is left out. */
function distinct(
  states: readonly ServerState[],
  onDuplicate: (state: ServerState, primary: ServerState) => void,
): readonly ServerState[] {
  return states.filter((state) => {
    const primary = primaryFor(states, state);
    if (primary !== undefined) onDuplicate(state, primary);
    return primary === undefined;
  });
}

function processInfo(
  version: string,
  startedAt: number,
  stateFile: StateFile | undefined,
): ProcessInfo {
  // prom-client's own figures are wrong without permissions that nothing else needs.
  const { user, system } = process.cpuUsage();
  return {
    version,
    denoVersion: Deno.version.deno,
    cpuSeconds: (user + system) / 1e6,
    residentBytes: Deno.memoryUsage().rss,
    startedAt,
    stateSavedAt: stateFile && (stateFile.savedAtMs ?? 0),
  };
}
