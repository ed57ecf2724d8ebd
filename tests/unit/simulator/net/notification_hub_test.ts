/** Notifications to all sockets. Faults of sockets and frames are in `../faults_test.ts`. */
import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { type SimulatedPlex, startPlex } from "../../../../src/simulator/plex.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { waitUntil } from "../../../testing/eventually.ts";

/** An open notification socket with what it has received. */
async function connect(plex: SimulatedPlex, query = "") {
  const url = `${plex.url.replace("http", "ws")}/:/websockets/notifications${query}`;
  const socket = new WebSocket(url, { headers: { "X-Plex-Token": plex.ownerToken } });
  const given = { socket, texts: [] as string[], pings: 0 };
  socket.on("message", (data) => void given.texts.push(String(data)));
  socket.on("ping", () => void (given.pings += 1));
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("open", resolve));
  return given;
}

async function withPlex(run: (plex: SimulatedPlex, clock: DrivenClock) => Promise<void>) {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock, libraries: [], duplicateShare: 0 });
  try {
    await run(plex, clock);
  } finally {
    await plex.close();
  }
}

Deno.test("nothing is sent on connecting, and Plex pings by itself every 45 s", () =>
  withPlex(async (plex, clock) => {
    const client = await connect(plex);
    await waitUntil(() => plex.openSockets === 1);
    for (const pings of [1, 2]) {
      await clock.advance(44_000);
      assert.equal(client.pings, pings - 1);
      await clock.advance(1_000);
      await waitUntil(() => client.pings === pings);
    }
    assert.deepEqual(client.texts, []);
  }));

Deno.test("a frame goes to every socket that accepts it, and is counted once for each", () =>
  withPlex(async (plex) => {
    plex.simulation.server.rename("unheard");
    assert.equal(plex.framesSent, 0);
    const [all, none, some] = await Promise.all([
      connect(plex),
      connect(plex, "?filters=playing"),
      connect(plex, "?filters=preference"),
    ]);
    await waitUntil(() => plex.openSockets === 3);
    plex.simulation.server.rename("cellar");
    await waitUntil(() => all.texts.length + some.texts.length === 2);
    const [text = ""] = all.texts;
    assert.match(text, /^{"NotificationContainer":{"type":"preference",.*"cellar"/);
    assert.deepEqual([some.texts, none.texts], [[text], []]);
    assert.deepEqual([plex.framesSent, plex.bytesSent], [2, 2 * text.length]);
    none.socket.close();
    await waitUntil(() => plex.openSockets === 2);
  }));
