/**
 * A plain answer made into a `Response`: its headers, its length, and none of its body for HEAD.
 * It does not decide what is answered.
 */
import { encodeBody } from "./compress.ts";
import { trackedStream } from "./tracked_body.ts";

/** What the web side reads of a request; a `Request` is one. */
export type RequestHead = Pick<Request, "method" | "url" | "headers">;

/** An answer in plain terms. */
export interface ResponseSpec {
  readonly status: number;
  /** The `Content-Type`. */
  readonly type: string;
  readonly body: string;
  /** Headers beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called when the body was sent whole; never for HEAD, nor if the client left before. */
  readonly onComplete?: () => void;
}

/** The `Content-Type` of plain text. */
export const plainText = "text/plain; charset=utf-8";

/** For what went wrong on this side. */
export const cannotAnswer: ResponseSpec = {
  status: 500,
  type: plainText,
  body: "The exporter cannot answer this. Its log says why.\n",
};

/**
 * The response to `query`. All are of this moment and none is to be stored or guessed at; HEAD gets
 * the headers that GET would get, `Content-Length` included.
 */
export function toResponse(query: RequestHead, reply: ResponseSpec): Response {
  const { bytes, coding } = encodeBody(reply.body, query.headers.get("accept-encoding"));
  const headers = new Headers({
    "Content-Type": reply.type,
    "Content-Length": String(bytes.length),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
    ...reply.headers,
  });
  if (coding !== undefined) headers.set("Content-Encoding", coding);
  const { status, onComplete: delivered } = reply;
  if (query.method === "HEAD") return new Response(null, { status, headers });
  return new Response(delivered ? trackedStream(bytes, delivered) : bytes, { status, headers });
}
