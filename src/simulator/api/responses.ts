/**
 * Responses with status, headers and body, and Plex's error pages. `routes.ts` chooses among them.
 */
import { type Element, toJson, toXml } from "./plex_document.ts";

/** A response to a client. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** The reason phrase of a status code. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? (status < 300 ? "OK" : "Moved");
}

/**
 * A document, in JSON if that was requested and otherwise in XML (docs/plex/api.md#answer-format).
 */
export function documentResponse(document: Element, wantsJson: boolean): ApiResponse {
  return {
    status: 200,
    headers: {
      "Content-Type": wantsJson ? "application/json" : "text/xml;charset=utf-8",
      "Cache-Control": "no-cache",
    },
    body: wantsJson ? toJson(document) : toXml(document),
  };
}

/**
 * docs/plex/api.md#error-bodies: error pages are HTML whatever was requested, and `/` has its own
 * 401.
 */
export function errorResponse(status: number, path = ""): ApiResponse {
  const reason = reasonOf(status);
  const script = status === 401 && path === "/"
    ? "<script>window.location = window.location.href.match(/(^.+\\/)[^\\/]*$/)[1] + " +
      "'web/index.html';</script>"
    : "";
  return {
    status,
    headers: {
      "Content-Type": "text/html",
      ...(status === 401 ? { "Connection": "close" } : {}),
    },
    body: `<html><head>${script}<title>${reason}</title></head>` +
      `<body><h1>${status} ${reason}</h1></body></html>`,
  };
}

const MAINTENANCE = "Plex Media Server is currently running startup maintenance tasks.";

/** 503 of a server that is starting; both formats have been recorded. */
export function startingResponse(spelling: "xml" | "json"): ApiResponse {
  return spelling === "json"
    ? {
      status: 503,
      headers: { "Content-Type": "application/json" },
      body: toJson({ code: 503, title: "Maintenance", status: MAINTENANCE }),
    }
    : {
      status: 503,
      headers: { "Content-Type": "text/xml;charset=utf-8" },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n` +
        `<Response code="503" title="Maintenance" status="${MAINTENANCE}"/>\n`,
    };
}
