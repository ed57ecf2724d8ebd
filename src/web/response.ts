/** Builds a `Response` from a body and its type: headers, compression, length, HEAD. */
import { encodeBody } from "./compress.ts";
import { trackedStream } from "./tracked_body.ts";

/** The parts of a `Request` that handlers read. */
export type RequestHead = Pick<Request, "method" | "url" | "headers">;

/** A response before encoding. */
export interface ResponseSpec {
  readonly status: number;
  /** The `Content-Type`. */
  readonly type: string;
  /** The text, whole or in parts. */
  readonly body: string | readonly string[];
  /** Headers in addition to those of every response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called when the whole body has been sent; never for HEAD, or if the client disconnects. */
  readonly onComplete?: () => void;
}

/** The `Content-Type` of plain text. */
export const PLAIN_TEXT = "text/plain; charset=utf-8";

/** The response to an internal error. */
export const INTERNAL_ERROR: ResponseSpec = {
  status: 500,
  type: PLAIN_TEXT,
  body: "The exporter cannot answer this. Its log says why.\n",
};

/**
 * The response to a request. It must not be cached, and its type must not be sniffed. HEAD gets the
 * headers of GET, including `Content-Length`.
 */
export function toResponse(request: RequestHead, spec: ResponseSpec): Response {
  const parts = typeof spec.body === "string" ? [spec.body] : spec.body;
  const { bytes, coding } = encodeBody(parts, request.headers.get("accept-encoding"));
  const headers = new Headers({
    "Content-Type": spec.type,
    "Content-Length": String(bytes.length),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
    ...spec.headers,
  });
  if (coding !== undefined) headers.set("Content-Encoding", coding);
  const { status, onComplete } = spec;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  return new Response(onComplete ? trackedStream(bytes, onComplete) : bytes, { status, headers });
}
