import assert from "node:assert/strict";
import type { ServerEvent } from "../../../src/core/event.ts";
import { startViewers } from "../../../src/simulator/viewer_simulation.ts";
import { startPlex } from "../../../src/simulator/plex.ts";
import { createClient } from "../../../src/plex/client.ts";
import type { RequestError } from "../../../src/plex/errors.ts";
import { checkOwnerAccess } from "../../../src/plex/owner_access.ts";
import { runSocket, type SocketOptions } from "../../../src/plex/socket.ts";
import type { Hint } from "../../../src/plex/hint.ts";
import {
  openTransport,
  type SocketListener,
  type Transport,
} from "../../../src/plex/transport/mod.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";
import { TOKEN } from "../../testing/plex_fixture.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A frame of a play. */
const PLAYING = JSON.stringify({
  NotificationContainer: {
    type: "playing",
    PlaySessionStateNotification: [{ sessionKey: "1", ratingKey: "2", state: "paused" }],
  },
});

/** Sockets that the test controls, and everything that `runSocket` reports. */
class SocketHarness {
  readonly clock = new DrivenClock();
  readonly stop = new AbortController();
  readonly sockets: (SocketListener & { readonly url: URL; abandoned: boolean })[] = [];
  readonly events: ServerEvent[] = [];
  readonly hints: Hint[] = [];
  readonly errors: RequestError[] = [];
  playingSince: number | undefined;
  probed: RequestError | undefined;
  opened = 0;
  #done: Promise<void> = Promise.resolve();

  /** Runs the socket, on {@link sockets} unless another transport is given. */
  run(options: Partial<SocketOptions> = {}): void {
    // No I/O is awaited here: the test itself is the transport.
    this.clock.maxWaitMs = 0;
    const transport: Transport = {
      fetch: () => Promise.reject(new Error("no request is expected")),
      close: () => {},
      connect: (url, headers, listener) => {
        assert.equal(headers["X-Plex-Token"], TOKEN);
        const socket = { ...listener, url, abandoned: false };
        this.sockets.push(socket);
        return () => void (socket.abandoned = true);
      },
    };
    this.#done = runSocket({
      server: new URL("http://plex.example:32400/prefix/"),
      token: () => TOKEN,
      transport,
      clock: this.clock,
      signal: this.stop.signal,
      playingSince: () => this.playingSince,
      probe: () => Promise.resolve(this.probed),
      onEvent: (event) => this.events.push(event),
      onHint: (hint) => this.hints.push(hint),
      onOpen: () => this.opened++,
      onLost: (error) => this.errors.push(error),
      random: () => 0.5,
      ...options,
    });
  }

  get socket(): SocketHarness["sockets"][number] {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.#done;
  }

  /** The reported states of the socket, in order. */
  get connections(): readonly boolean[] {
    return this.events.flatMap((event) => event.type === "socket_changed" ? [event.connected] : []);
  }

  /** The types of the notifications that were counted. */
  get counted(): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === "notification_received" ? [event.notification] : []
    );
  }
}

async function withHarness(run: (harness: SocketHarness) => Promise<void>): Promise<void> {
  const harness = new SocketHarness();
  try {
    await run(harness);
  } finally {
    await harness.end();
  }
  assert.ok(harness.sockets.every(({ abandoned }) => abandoned), "a socket was left");
}

Deno.test("runSocket replaces an open socket at once on its signal, and reports no loss", () =>
  withHarness(async (harness) => {
    let controller = new AbortController();
    harness.run({ replace: () => controller.signal });
    harness.socket.opened();
    const former = controller;
    controller = new AbortController();
    former.abort();
    await harness.clock.advance(0);
    assert.deepEqual([harness.sockets.length, harness.sockets[0]?.abandoned], [2, true]);
    harness.socket.opened();
    assert.deepEqual(harness.connections, [true, false, true]);
    assert.deepEqual(harness.errors, []);
    assert.equal(harness.hints.filter(({ type }) => type === "socket_opened").length, 2);
  }));

Deno.test("runSocket requests all notifications but the log, under the address's prefix", () =>
  withHarness((harness) => {
    harness.run();
    assert.equal(
      harness.socket.url.href,
      "ws://plex.example:32400/prefix/:/websockets/notifications?filters=-log",
    );
    return Promise.resolve();
  }));

Deno.test("runSocket notifies the core first, then the collectors", () =>
  withHarness(async (harness) => {
    const order: string[] = [];
    harness.run({
      onEvent: (event) => order.push(event.type),
      onHint: ({ type }) => order.push(`hint: ${type}`),
      onOpen: () => order.push("opened"),
    });
    harness.socket.opened();
    harness.socket.received(PLAYING);
    await harness.clock.drain();
    assert.deepEqual(order, [
      "socket_changed",
      "opened",
      "hint: socket_opened",
      "notification_received",
      "playback_notified",
      "hint: playback",
    ]);
  }));

Deno.test("runSocket counts frames that cannot be read, and keeps the socket", () =>
  withHarness(async (harness) => {
    harness.run();
    harness.socket.opened();
    for (const frame of [undefined, "{", '{"NotificationContainer":{"type":"new"}}', PLAYING]) {
      harness.socket.received(frame);
    }
    await harness.clock.drain();
    assert.deepEqual(harness.counted, ["malformed", "malformed", "other", "playing"]);
    assert.deepEqual([harness.sockets.length, harness.errors.length], [1, 0]);
  }));

Deno.test("runSocket gives up a handshake after 10 s", () =>
  withHarness(async (harness) => {
    harness.run();
    await harness.clock.advance(9.9 * SECOND);
    assert.equal(harness.errors.length, 0);
    await harness.clock.advance(0.2 * SECOND);
    assert.equal(harness.sockets[0]?.abandoned, true);
    assert.equal(harness.errors[0]?.failure, "timeout");
    assert.deepEqual(harness.connections, [], "it never was connected");
  }));

Deno.test("runSocket reports why a handshake failed, and names a proxy as the cause if Plex is up", () =>
  withHarness(async (harness) => {
    harness.probed = { failure: "unauthorized", detail: "Plex answered 401" };
    harness.run();
    harness.socket.closed("Invalid status code: 401");
    await harness.clock.advance(1.1 * SECOND);
    harness.probed = undefined;
    harness.socket.closed("Invalid status code: 200");
    await harness.clock.drain();
    assert.deepEqual(harness.errors, [{ failure: "unauthorized", detail: "Plex answered 401" }, {
      failure: "other",
      detail:
        "The WebSocket could not be opened (Invalid status code: 200): does a proxy in front " +
        "of Plex pass WebSockets?",
    }]);
  }));

Deno.test("runSocket retries for ever, with a growing back-off", () =>
  withHarness(async (harness) => {
    harness.run();
    const startedAt = harness.clock.now();
    const tries: number[] = [];
    for (let nth = 0; nth < 9; nth++) {
      tries.push(harness.clock.now() - startedAt);
      harness.socket.closed("refused");
      const before = harness.sockets.length;
      while (harness.sockets.length === before) await harness.clock.advance(500);
    }
    const pauses = tries.slice(1).map((at, index) => (at - (tries[index] ?? 0)) / SECOND);
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
  }));

Deno.test("runSocket reopens a lost socket after a second, later if it does not hold repeatedly", () =>
  withHarness(async (harness) => {
    harness.run();
    for (const [openMs, pause] of [[0, 1], [5, 2], [5, 4], [2 * MINUTE, 1], [0, 1]] as const) {
      harness.socket.opened();
      await harness.clock.advance(openMs);
      const before = harness.sockets.length;
      harness.socket.closed("closed with code 1001");
      await harness.clock.advance(pause * SECOND - 10);
      assert.equal(harness.sockets.length, before, `${pause} s`);
      await harness.clock.advance(20);
      assert.equal(harness.sockets.length, before + 1, `${pause} s`);
    }
    assert.deepEqual(harness.connections.slice(0, 4), [true, false, true, false]);
    assert.deepEqual(harness.errors[0], {
      failure: "other",
      detail: "The WebSocket was closed (closed with code 1001)",
    });
  }));

Deno.test("runSocket reopens a socket after a second that opened after an outage", () =>
  withHarness(async (harness) => {
    harness.run();
    for (let attempt = 0; attempt < 6; attempt++) {
      harness.socket.closed("refused");
      const before = harness.sockets.length;
      while (harness.sockets.length === before) await harness.clock.advance(500);
    }
    harness.socket.opened();
    await harness.clock.advance(SECOND);
    const before = harness.sockets.length;
    harness.socket.closed("closed with code 1006");
    await harness.clock.advance(1.1 * SECOND);
    assert.equal(harness.sockets.length, before + 1);
  }));

Deno.test("runSocket backs off from a server that accepts and refuses sockets in turn", () =>
  withHarness(async (harness) => {
    harness.run();
    const startedAt = harness.clock.now();
    for (let attempt = 0; attempt < 20; attempt++) {
      if (attempt % 2 === 0) harness.socket.opened();
      harness.socket.closed("closed");
      const before = harness.sockets.length;
      while (harness.sockets.length === before) await harness.clock.advance(500);
    }
    assert.ok(harness.clock.now() - startedAt > 5 * MINUTE);
  }));

Deno.test("runSocket abandons a socket that is silent for too long, without waiting for its close", () =>
  withHarness(async (harness) => {
    harness.run();
    harness.socket.opened();
    await harness.clock.advance(4 * MINUTE);
    harness.socket.received(PLAYING);
    await harness.clock.advance(4.9 * MINUTE);
    assert.equal(harness.sockets[0]?.abandoned, false);
    await harness.clock.advance(0.2 * MINUTE);
    assert.equal(harness.sockets[0]?.abandoned, true);
    assert.deepEqual(harness.errors, [{
      failure: "timeout",
      detail: "Nothing was received on the WebSocket for 300 s",
    }]);
    assert.deepEqual(harness.connections, [true, false]);
    assert.equal(harness.sockets.length, 2);
  }));

Deno.test("runSocket closes a socket that is silent for 30 s since something began to play", () =>
  withHarness(async (harness) => {
    harness.run();
    harness.socket.opened();
    await harness.clock.advance(4 * MINUTE + 3 * SECOND);
    harness.playingSince = harness.clock.now();
    await harness.clock.advance(29 * SECOND);
    assert.equal(harness.sockets[0]?.abandoned, false);
    await harness.clock.advance(2 * SECOND);
    assert.equal(harness.sockets[0]?.abandoned, true);
  }));

Deno.test("runSocket ends with its signal at any moment", async () => {
  for (const until of [0, 0.5 * SECOND, 20 * SECOND]) {
    await withHarness(async (harness) => {
      harness.run();
      if (until > 0) harness.socket.closed("refused");
      await harness.clock.advance(until);
      await harness.end();
      assert.equal(harness.clock.pendingTimeouts, 0);
      const before = harness.sockets.length;
      await harness.clock.advance(5 * MINUTE);
      assert.equal(harness.sockets.length, before);
    });
  }
  await withHarness(async (harness) => {
    harness.stop.abort();
    harness.run();
    await harness.end();
    assert.equal(harness.sockets.length, 0);
  });
});

Deno.test("runSocket shows neither token nor address in an error", () =>
  withHarness(async (harness) => {
    harness.run();
    harness.socket.opened();
    harness.socket.closed(`failed at ws://u:p@plex.example/?X-Plex-Token=${TOKEN} with ${TOKEN}`);
    await harness.clock.drain();
    assert.equal(harness.errors[0]?.detail, "The WebSocket was closed (failed at … with ***)");
  }));

Deno.test("runSocket survives a transport that throws", () =>
  withHarness(async (harness) => {
    const transport: Transport = {
      fetch: () => Promise.reject(new Error()),
      close: () => {},
      connect: () => {
        throw new TypeError(`Invalid header value: ${TOKEN}`);
      },
    };
    harness.run({ transport });
    await harness.clock.advance(5 * SECOND);
    assert.ok(harness.errors.length > 1);
    assert.ok(!JSON.stringify(harness.errors).includes(TOKEN));
  }));

/** Runs the socket on a simulated server on a real port. */
async function withPlex(
  run: (harness: SocketHarness, plex: Awaited<ReturnType<typeof startPlex>>) => Promise<void>,
): Promise<void> {
  const harness = new SocketHarness();
  const { clock, stop } = harness;
  const plex = await startPlex({ clock });
  const server = new URL(plex.url);
  const transport = await openTransport(server, {});
  const token = () => plex.ownerToken;
  const client = createClient({
    server,
    token,
    transport,
    clock,
    timeoutMs: 10 * SECOND,
    signal: stop.signal,
    onEvent: () => {},
  });
  try {
    harness.run({ server, token, transport, probe: () => checkOwnerAccess(client) });
    clock.maxWaitMs = 250;
    await run(harness, plex);
  } finally {
    await harness.end();
    await plex.close();
    transport.close();
  }
}

Deno.test("runSocket receives what a simulated server sends", () =>
  withPlex(async (harness, plex) => {
    const viewers = startViewers(plex.simulation, { clock: harness.clock, seed: 1 });
    // Time waits for what was sent.
    harness.clock.settle = () => harness.counted.length >= plex.framesSent;
    plex.simulation.scan("1");
    await harness.clock.advance(90 * SECOND);
    assert.equal(harness.opened, 1);
    assert.ok(harness.counted.includes("playing"), "something was played");
    assert.ok(!harness.counted.includes("malformed") && !harness.counted.includes("other"));
    for (const type of ["playback", "transcode", "scan_started", "scan_finished"]) {
      assert.ok(harness.hints.some((hint) => hint.type === type), `no ${type} was received`);
    }
    viewers.stop();
  }));

Deno.test("runSocket distinguishes a starting server, one that is down, and another user's token", () =>
  withPlex(async (harness, plex) => {
    await harness.clock.advance(SECOND);
    assert.equal(harness.opened, 1);
    for (const kind of ["starting", "refuse", "guest"] as const) {
      const clear = plex.faults.set({ kind });
      const reset = plex.faults.set({ kind: "socket resets" });
      // Nothing is awaited while a socket is open, so that time would run ahead of its end.
      harness.clock.settle = () => harness.connections.at(-1) === false;
      await plex.ready();
      await harness.clock.drain();
      harness.clock.settle = () => true;
      await harness.clock.advance(MINUTE);
      clear();
      reset();
      await plex.ready();
      await harness.clock.advance(2 * MINUTE);
    }
    const failures = harness.errors.map(({ failure }) => failure);
    for (const failure of ["unavailable", "refused", "unauthorized"] as const) {
      assert.ok(failures.includes(failure), `${failure} is missing in ${failures}`);
    }
    assert.equal(harness.connections.at(-1), true);
  }));

Deno.test("runSocket notices a half-open connection", () =>
  withPlex(async (harness, plex) => {
    harness.playingSince = harness.clock.now();
    await harness.clock.advance(SECOND);
    plex.faults.set({ kind: "socket half-open" }, { times: 1 });
    await harness.clock.advance(20 * SECOND);
    plex.faults.clear();
    await harness.clock.advance(2 * MINUTE);
    assert.ok(harness.opened > 1);
    assert.ok(harness.errors.some(({ detail }) => detail.startsWith("Nothing was received")));
  }));
