/**
 * What each path answers: `Request` in, `Response` out. It opens no socket and reads no state; the
 * metrics and the page are given to it.
 */
import type { Log } from "../log/mod.ts";
import { chooseFormat, contentTypes, type Format } from "./content_negotiation.ts";
import { clientText } from "./address.ts";
import { decodePath, pathOf } from "./path.ts";
import { pageHeaders } from "./page/mod.ts";
import { renderDashboardsPage } from "./page/dashboards.ts";
import {
  cannotAnswer,
  plainText,
  type RequestHead,
  type ResponseSpec,
  toResponse,
} from "./response.ts";

/** One page of metrics. */
export interface RenderedMetrics {
  readonly body: string;
  /**
   * Called once, when a GET has taken the page whole, with the address of the client; not for HEAD,
   * and not if the client left before the end.
   */
  completed(client: string): void;
}

/** What the handler answers with. */
export interface HandlerOptions {
  /** A path that nothing else here has. */
  readonly metricsPath: string;
  /** The metrics of this moment, from memory. */
  renderMetrics(format: Format): Promise<RenderedMetrics>;
  /** The page at `/`, a whole HTML document. */
  renderPage(): string;
  /** Dashboards by the names of their files, served under `/dashboards/`. */
  readonly dashboards: ReadonlyMap<string, string>;
  /** What `/alerts.yml` says. */
  readonly alertRules: string;
  readonly log: Log;
}

/** Where a request comes from; what `Deno.serve` tells beside the request is one. */
export interface ClientInfo {
  readonly remoteAddr: { readonly hostname: string };
}

/** Answers a request. It never rejects. */
export type Handler = (query: RequestHead, origin: ClientInfo) => Promise<Response>;

/**
 * The handler of the exporter's HTTP server. A renderer that throws costs the client a 500 without
 * details and the log a line with them.
 */
export function createHandler(options: HandlerOptions): Handler {
  const { metricsPath, renderMetrics, renderPage, log, dashboards, alertRules } = options;

  const notFound: ResponseSpec = {
    status: 404,
    type: plainText,
    body: `Not found. There are /, ${metricsPath}, /healthz, /dashboards and /alerts.yml.\n`,
  };

  const metrics = async (query: RequestHead, origin: ClientInfo): Promise<ResponseSpec> => {
    // Deno forgets it when the request is over, and `delivered` comes after that.
    const client = clientText(origin.remoteAddr.hostname);
    const format = chooseFormat(query.headers.get("accept"));
    const rendered = await renderMetrics(format);
    const delivered = () => {
      try {
        rendered.completed(client);
      } catch (error) {
        log.error("Cannot count a scrape", { error });
      }
    };
    return {
      status: 200,
      type: contentTypes[format],
      body: rendered.body,
      headers: { "Vary": "Accept, Accept-Encoding" },
      onComplete: delivered,
    };
  };

  const routes = new Map<
    string,
    (query: RequestHead, origin: ClientInfo) => ResponseSpec | Promise<ResponseSpec>
  >([
    ["/", () => ({
      status: 200,
      type: "text/html; charset=utf-8",
      body: renderPage(),
      headers: pageHeaders,
    })],
    ["/healthz", () => ({ status: 200, type: plainText, body: "ok\n" })],
    ["/dashboards", () => ({
      status: 200,
      type: "text/html; charset=utf-8",
      body: renderDashboardsPage(dashboards),
      headers: pageHeaders,
    })],
    ...[...dashboards].map(([name, body]) =>
      [
        `/dashboards/${name}`,
        (): ResponseSpec => ({
          status: 200,
          type: "application/json",
          body,
          headers: attachmentHeaders(name),
        }),
      ] as const
    ),
    ["/alerts.yml", () => ({ status: 200, type: "application/yaml", body: alertRules })],
    [decodePath(metricsPath), metrics],
  ]);

  return async (query, origin) => {
    if (query.method !== "GET" && query.method !== "HEAD") return toResponse(query, notAllowed);
    const path = pathOf(query.url);
    try {
      const route = routes.get(path);
      return toResponse(query, route === undefined ? notFound : await route(query, origin));
    } catch (error) {
      log.error("Cannot answer a request", { path, error });
      return toResponse(query, cannotAnswer);
    }
  };
}

/** The headers of a file to be saved rather than looked at. */
function attachmentHeaders(name: string): Record<string, string> {
  return { "Content-Disposition": `attachment; filename="${name}"` };
}

const notAllowed: ResponseSpec = {
  status: 405,
  type: plainText,
  body: "Method not allowed. There is only GET and HEAD.\n",
  headers: { "Allow": "GET, HEAD" },
};
