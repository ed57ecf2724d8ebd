/** What can be wrong with the answers of plex.tv. */
import type { ServerResponse } from "node:http";
import { plexTvError, type PlexTvResponse } from "./responses.ts";

/** A fault of an answer. */
export type PlexTvFault =
  /** An error of plex.tv with this status. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfterS?: number }
  /** The login page of a network: HTML with status 200. */
  | { readonly kind: "login page" }
  /** JSON of another service, with status 200. */
  | { readonly kind: "other json"; readonly body: unknown }
  | { readonly kind: "redirect"; readonly to: string }
  /** No answer; the connection stays open. */
  | { readonly kind: "hang" }
  /** The connection ends without an answer. */
  | { readonly kind: "cut" };

/** Answers with a fault, by `send` where the answer is JSON. "hang" answers nothing. */
export function answerByFault(
  fault: PlexTvFault,
  response: ServerResponse,
  send: (answer: PlexTvResponse) => void,
): void {
  switch (fault.kind) {
    case "status":
      if (fault.retryAfterS !== undefined) {
        response.setHeader("Retry-After", String(fault.retryAfterS));
      }
      return send(plexTvError(fault.status));
    case "login page":
      response.writeHead(200, { "Content-Type": "text/html" })
        .end("<html><body>Sign in to the guest network</body></html>");
      return;
    case "other json":
      return send({ status: 200, body: fault.body });
    case "redirect":
      response.writeHead(302, { Location: fault.to }).end();
      return;
    case "hang":
      return;
    case "cut":
      response.destroy();
  }
}
