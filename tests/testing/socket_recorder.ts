/** Records the events of a WebSocket. It asserts nothing. */
import { openTransport, type TransportOptions } from "../../src/plex/transport/mod.ts";
import { TOKEN } from "./plex_fixture.ts";

/** Opens a socket and returns what its listener was called with, up to `count` calls. */
export async function recordSocket(
  server: string,
  count: number,
  options: TransportOptions,
): Promise<readonly string[]> {
  const transport = await openTransport(new URL(server), options);
  const calls: string[] = [];
  const url = new URL("/socket", server);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const done = Promise.withResolvers<void>();
  const record = (call: string) => {
    calls.push(call);
    if (calls.length >= count) done.resolve();
  };
  const close = transport.connect(url, { "X-Plex-Token": TOKEN }, {
    opened: () => record("opened"),
    received: (text) =>
      record(text === undefined ? "unreadable" : `${text.length}:${text.slice(0, 9)}`),
    closed: (reason) => record(`closed: ${reason}`),
  });
  await done.promise;
  close();
  transport.close();
  return calls;
}
