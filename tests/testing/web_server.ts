/**
 * A web server on a free port for tests, and raw TCP clients. It asserts nothing.
 */
import { createHandler } from "../../src/web/handler.ts";
import { serve, type WebServer } from "../../src/web/server.ts";
import { recordingLog } from "./recording_log.ts";

/**
 * Starts a server whose metrics are `body` and whose page has 15 kB. Records completed responses.
 */
export async function serveMetrics(
  body: string | (() => Promise<string>),
  hostname?: string,
): Promise<
  { server: WebServer; scrapers: readonly string[]; log: ReturnType<typeof recordingLog> }
> {
  const scrapers: string[] = [];
  const log = recordingLog();
  const handler = createHandler({
    metricsPath: "/metrics",
    contentTypes: { text: "text/plain; version=0.0.4; charset=utf-8" },
    renderMetrics: async () => ({
      body: typeof body === "string" ? body : await body(),
      completed: (client) => void scrapers.push(client),
    }),
    lastScrapeAt: () => undefined,
    renderPage: () => "<!DOCTYPE html>".repeat(1000),
    loadExamples: () => Promise.resolve({ dashboards: new Map(), alertRules: "" }),
    log,
  });
  return { server: await serve({ hostname, port: 0, handler, log }), scrapers, log };
}

/** A running server, as `Deno.serve` returns it. */
export type RunningServer = Deno.HttpServer<Deno.NetAddr>;

type Serve = (
  options: Deno.ServeTcpOptions,
  handler: Deno.ServeHandler<Deno.NetAddr>,
) => RunningServer;

/** Runs `body` with a replacement of `Deno.serve`, for failures that cannot be provoked. */
export async function withServe(
  wrap: (original: Serve) => Serve,
  body: () => Promise<void>,
): Promise<void> {
  const original = Deno.serve;
  Deno.serve = wrap(original as Serve) as typeof Deno.serve;
  try {
    await body();
  } finally {
    Deno.serve = original;
  }
}

/** Connects and writes `text`; the caller closes. */
export async function connect(port: number, text: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return connection;
}

/** A pause in which nothing is expected to happen. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
