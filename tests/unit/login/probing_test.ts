/** Trying the addresses of servers. */
import assert from "node:assert/strict";
import { probeServers } from "../../../src/login/probing.ts";
import type { AccountServer } from "../../../src/login/schema.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

function account(id: string, urls: readonly string[]): AccountServer {
  return {
    name: id,
    id,
    version: "1.43",
    isOwned: true,
    owner: undefined,
    token: undefined,
    connections: urls.map((url) => ({ url, plainUrl: undefined, isLocal: true })),
  };
}

Deno.test("addresses are tried at most eight at a time, and each result is that of its server", async () => {
  let running = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      assert.equal(request.headers.get("x-plex-token"), null);
      running += 1;
      most = Math.max(most, running);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      // No request is answered before as many wait as may run at once.
      if (waiting.length >= 8 || most === 8) waiting.splice(0).forEach((go) => go());
      await promise;
      running -= 1;
      const [, machineIdentifier] = new URL(request.url).pathname.split("/");
      return Response.json({ MediaContainer: { machineIdentifier, version: "1.43" } });
    },
  );
  const base = `http://127.0.0.1:${server.addr.port}`;
  const servers = [
    account("a", Array.from({ length: 10 }, (_, nth) => `${base}/a/${nth}`)),
    account("none", []),
    account("b", [
      `${base}/b/0`,
      `${base}/a/0`,
      ...Array.from({ length: 4 }, (_, n) => `${base}/b/1${n}`),
    ]),
  ];
  const options = { clock: new DrivenClock(), signal: new AbortController().signal };
  const probed = await probeServers(servers, options);
  await server.shutdown();
  assert.equal(most, 8);
  assert.deepEqual(probed.map(([{ id }, probes]) => [id, probes.length]), [["a", 10], ["none", 0], [
    "b",
    6,
  ]]);
  for (const [{ id }, probes] of probed) {
    for (const probe of probes) {
      const isItself = probe.address.url.startsWith(`${base}/${id}/`);
      assert.equal(probe.answers, isItself, probe.address.url);
      if (!probe.answers) assert.equal(probe.reason, "another Plex server answers");
    }
  }
});

Deno.test("after the signal no address is tried, even one that would answer", async () => {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    requests += 1;
    return Response.json({ MediaContainer: { machineIdentifier: "a", version: "1.43" } });
  });
  const servers = [account("a", [`http://127.0.0.1:${server.addr.port}`])];
  const answers = async (signal: AbortSignal) => {
    const [first] = await probeServers(servers, { clock: new DrivenClock(), signal });
    return first?.[1].map((probe) => probe.answers);
  };
  assert.deepEqual(await answers(AbortSignal.abort()), [false]);
  assert.equal(requests, 0);
  assert.deepEqual(await answers(new AbortController().signal), [true]);
  await server.shutdown();
});
