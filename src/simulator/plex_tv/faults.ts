/** What can be wrong with the answers of plex.tv. */
import type { ServerResponse } from "node:http";
import { plexTvError, type PlexTvResponse } from "./responses.ts";

/** A fault of an answer; a `status` may have any value. */
export type PlexTvFault =
  | { readonly kind: "status"; readonly status: number; readonly retryAfterS?: number }
  | { readonly kind: "page" }
  | { readonly kind: "other json"; readonly body: unknown }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "hang" }
  | { readonly kind: "cut" };

/** Answers by a fault: with `send` where it is JSON, otherwise itself. "hang" answers nothing. */
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
    case "page":
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
