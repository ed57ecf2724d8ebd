/** Routes requests: `Request` in, `Response` out. Metrics and pages are passed in. */
import type { Log } from "../log/mod.ts";
import { chooseFormat } from "./content_negotiation.ts";
import { clientText } from "./address.ts";
import { decodePath, pathOf } from "./path.ts";
import { PAGE_HEADERS } from "./page/mod.ts";
import { renderDashboardsPage } from "./page/dashboards.ts";
import {
  INTERNAL_ERROR,
  PLAIN_TEXT,
  type RequestHead,
  type ResponseSpec,
  toResponse,
} from "./response.ts";

/** Rendered metrics. */
export interface RenderedMetrics {
  readonly body: ResponseSpec["body"];
  /**
   * Called once with the address of the client when a GET has been sent completely; not for HEAD,
   * and not if the client disconnects before the end.
   */
  completed(client: string): void;
}

/** Files for Grafana and Prometheus. */
export interface Examples {
  /** Dashboards by file name, served under `/dashboards/`. */
  readonly dashboards: ReadonlyMap<string, string>;
  /** The content of `/alerts.yml`. */
  readonly alertRules: string;
}

/** The header of `/healthz` with the time of the last scrape, as an HTTP date. */
export const LAST_SCRAPE_HEADER = "Last-Scrape";

/** The path of the list of dashboards. Each dashboard is served below it, under its file name. */
const DASHBOARDS_PATH = "/dashboards";

/** The contents that the handler serves. */
export interface HandlerOptions<Format extends string> {
  /** A path that no other route has. */
  readonly metricsPath: string;
  /** The content types of the formats in which metrics can be rendered, the default first. */
  readonly contentTypes: Readonly<Record<Format, string>>;
  /** Renders the current metrics from memory. */
  renderMetrics(format: Format): Promise<RenderedMetrics>;
  /** When the metrics were last scraped; `undefined` before the first scrape. */
  lastScrapeAt(): number | undefined;
  /** Renders the status page, an HTML document. */
  renderPage(): string;
  /** Loads the files for Grafana and Prometheus on demand: few processes ever serve them. */
  loadExamples(): Promise<Examples>;
  readonly log: Log;
}

/** The client of a request, which `Deno.serve` passes as the second argument. */
export interface ClientInfo {
  readonly remoteAddr: { readonly hostname: string };
}

/** Responds to a request. It never rejects. */
export type Handler = (request: RequestHead, client: ClientInfo) => Promise<Response>;

/**
 * The handler of the exporter's HTTP server. If a renderer throws, the client gets a 500 without
 * details, which are logged.
 */
export function createHandler<Format extends string>(options: HandlerOptions<Format>): Handler {
  const { metricsPath, contentTypes, renderMetrics, renderPage, log, loadExamples, lastScrapeAt } =
    options;

  const notFound: ResponseSpec = {
    status: 404,
    type: PLAIN_TEXT,
    body: `Not found. The paths are /, ${metricsPath}, /healthz, /dashboards and /alerts.yml.\n`,
  };

  const metrics = async (request: RequestHead, client: ClientInfo): Promise<ResponseSpec> => {
    // Read now: Deno discards it when the request ends, which is before `onComplete`.
    const address = clientText(client.remoteAddr.hostname);
    const format = chooseFormat(request.headers.get("accept"), contentTypes);
    const { body, completed } = await renderMetrics(format);
    const onComplete = () => {
      try {
        completed(address);
      } catch (error) {
        log.error("Cannot count a scrape", { error });
      }
    };
    return {
      status: 200,
      type: contentTypes[format],
      body,
      headers: { "Vary": "Accept, Accept-Encoding" },
      onComplete,
    };
  };

  const routes = new Map<
    string,
    (request: RequestHead, client: ClientInfo) => ResponseSpec | Promise<ResponseSpec>
  >([
    ["/", () => htmlResponse(renderPage())],
    ["/healthz", () => ({
      status: 200,
      type: PLAIN_TEXT,
      body: "ok\n",
      headers: healthHeaders(lastScrapeAt()),
    })],
    [
      DASHBOARDS_PATH,
      async () => htmlResponse(renderDashboardsPage((await loadExamples()).dashboards)),
    ],
    ["/alerts.yml", async () => ({
      status: 200,
      type: "application/yaml",
      body: (await loadExamples()).alertRules,
    })],
    [decodePath(metricsPath), metrics],
  ]);

  const dashboard = async (name: string): Promise<ResponseSpec> => {
    const body = (await loadExamples()).dashboards.get(name);
    if (body === undefined) return notFound;
    return { status: 200, type: "application/json", body, headers: attachmentHeaders(name) };
  };

  const respond = (path: string, request: RequestHead, client: ClientInfo) => {
    const route = routes.get(path);
    if (route !== undefined) return route(request, client);
    const folder = `${DASHBOARDS_PATH}/`;
    return path.startsWith(folder) ? dashboard(path.slice(folder.length)) : notFound;
  };

  return async (request, client) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return toResponse(request, METHOD_NOT_ALLOWED);
    }
    const path = pathOf(request.url);
    try {
      return toResponse(request, await respond(path, request, client));
    } catch (error) {
      log.error("Cannot answer a request", { path, error });
      return toResponse(request, INTERNAL_ERROR);
    }
  };
}

function htmlResponse(body: string): ResponseSpec {
  return { status: 200, type: "text/html; charset=utf-8", body, headers: PAGE_HEADERS };
}

/** Tells the command `check` whether Prometheus scrapes. */
function healthHeaders(scrapedAt: number | undefined): Record<string, string> {
  if (scrapedAt === undefined) return {};
  return { [LAST_SCRAPE_HEADER]: new Date(scrapedAt).toUTCString() };
}

/** Headers of a file that browsers save rather than show. */
function attachmentHeaders(name: string): Record<string, string> {
  return { "Content-Disposition": `attachment; filename="${name}"` };
}

const METHOD_NOT_ALLOWED: ResponseSpec = {
  status: 405,
  type: PLAIN_TEXT,
  body: "Method not allowed. Only GET and HEAD are supported.\n",
  headers: { "Allow": "GET, HEAD" },
};
