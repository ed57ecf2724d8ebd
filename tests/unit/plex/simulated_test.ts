/**
 * The client on the simulated server, which is written from the same documents and shares no code.
 */
import assert from "node:assert/strict";
import type { Session } from "../../../src/core/session.ts";
import { CONTENT_TYPES } from "../../../src/core/enums.ts";
import { playDecision } from "../../../src/core/session.ts";
import type { Fault } from "../../../src/simulator/faults.ts";
import { startViewers } from "../../../src/simulator/viewer_simulation.ts";
import { type SimulatedPlex, startPlex } from "../../../src/simulator/plex.ts";
import { type Client, createClient } from "../../../src/plex/client.ts";
import { mapSessions, needsSource } from "../../../src/plex/mapping/session.ts";
import { openTransport } from "../../../src/plex/transport/mod.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

const MINUTE = 60_000;

/** Calls `run` with a client of a simulated server on which viewers have played for five minutes. */
async function withSimulatedPlex(
  run: (client: Client, plex: SimulatedPlex, clock: DrivenClock) => Promise<void>,
): Promise<void> {
  const clock = new DrivenClock();
  const plex = await startPlex({ clock });
  clock.exclude(plex);
  const viewers = startViewers(plex.simulation, { clock, seed: 3 });
  const server = new URL(plex.url);
  const transport = await openTransport(server, {});
  try {
    await clock.advance(5 * MINUTE);
    await run(
      createClient({
        server,
        token: () => plex.ownerToken,
        transport,
        clock,
        timeoutMs: 10_000,
        signal: new AbortController().signal,
        onEvent: () => {},
        maxBodyBytes: 2_000_000,
      }),
      plex,
      clock,
    );
  } finally {
    viewers.stop();
    transport.close();
    await plex.close();
  }
}

/** The sessions, with the files of those that need them. */
async function readSessions(client: Client): Promise<readonly Session[]> {
  const listed = await client.sessions();
  assert.ok(listed.ok, listed.ok ? "" : listed.detail);
  const keys = listed.value.filter(needsSource).map(({ ratingKey = "" }) => ratingKey);
  const files = await client.versions(keys);
  assert.ok(files.ok, files.ok ? "" : files.detail);
  return mapSessions(listed.value, (key) => files.value.get(key), new Set());
}

Deno.test("Client reads every session of the server, with the files behind converted ones", () =>
  withSimulatedPlex(async (client, plex) => {
    const sessions = await readSessions(client);
    const played = plex.simulation.sessions();
    assert.deepEqual(
      sessions.map(({ sessionKey }) => sessionKey).toSorted(),
      played.map(({ key }) => `${key}`).toSorted(),
    );
    const decisions = new Set(
      sessions.map((session) => playDecision(session)),
    );
    assert.ok(decisions.size > 1, "more than one way of delivery");
    for (const session of sessions) {
      assert.notEqual(session.user, "");
      assert.notEqual(session.player.id, "");
      assert.notEqual(session.title, "");
      if (session.live || session.library === undefined) continue;
      assert.ok(session.source, "the file is known");
      assert.ok(session.source.container !== "", "from the library");
    }
  }));

Deno.test("Client reads libraries, load, bandwidth and the server itself", () =>
  withSimulatedPlex(async (client, plex) => {
    const libraries = await client.libraries();
    const sections = await client.sections();
    assert.ok(libraries.ok && sections.ok);
    const bare = sections.value.map(({ id, title, type, otherVideos }) => ({
      id,
      title,
      type,
      otherVideos,
    }));
    const byId = (one: { id: string }, other: { id: string }) => one.id < other.id ? -1 : 1;
    assert.deepEqual(
      libraries.value.map(({ id, title, type, otherVideos }) => ({ id, title, type, otherVideos }))
        .toSorted(byId),
      bare.toSorted(byId),
    );
    const truth = new Map(
      plex.simulation.libraries.totals().map((library) => [library.id, library]),
    );
    for (const library of libraries.value) {
      for (const contentType of CONTENT_TYPES[library.type]) {
        const count = await client.count(library, contentType);
        assert.ok(count.ok && count.value > 0, `${contentType} in ${library.title}`);
      }
      assert.equal(library.storageBytes, truth.get(library.id)?.storageBytes);
    }
    const server = await client.server();
    assert.ok(server.ok);
    assert.equal(server.value.name, "attic");
    assert.equal(server.value.plexPass, true);
    const resources = await client.resources();
    assert.ok(resources.ok && resources.value.newest);
    const bandwidth = await client.bandwidth(resources.value.newest.sampledS - 60);
    assert.ok(bandwidth.ok && bandwidth.value.rows.length > 0);
    assert.ok((await client.activities()).ok);
    plex.simulation.backgroundJobs.convert(plex.simulation.randomItem("movie"));
    const jobs = await client.jobs();
    assert.deepEqual(jobs.ok && jobs.value, { transcode: 1, other: 0 });
    const update = await client.releases();
    assert.equal(update.ok && update.value[0]?.version, "1.43.3.10828-a0bfb8370");
    plex.simulation.server.offerUpdate("9.9.9");
    const offered = await client.releases();
    assert.equal(offered.ok && offered.value[0]?.version, "9.9.9");
  }));

Deno.test("Client reads the same from a server with other JSON types", () =>
  withSimulatedPlex(async (client, plex) => {
    const usual = await readSessions(client);
    const libraries = await client.libraries();
    for (const kind of ["strings only", "bad items"] as const) {
      const clear = plex.faults.set({ kind });
      assert.deepEqual(await readSessions(client), usual, kind);
      const odd = await client.libraries();
      assert.deepEqual(odd.ok && odd.value, libraries.ok && libraries.value, kind);
      clear();
    }
    plex.faults.set({ kind: "total in header" });
    assert.ok(libraries.ok);
    const [library] = libraries.value;
    assert.ok(library);
    const [contentType] = CONTENT_TYPES[library.type];
    const count = await client.count(library, contentType);
    assert.ok(count.ok && count.value > 0);
  }));

Deno.test("Client classifies every fault", () =>
  withSimulatedPlex(async (client, plex, clock) => {
    const expected: readonly (readonly [Fault, string])[] = [
      [{ kind: "reset" }, "refused"],
      [{ kind: "truncated" }, "malformed"],
      [{ kind: "starting" }, "unavailable"],
      [{ kind: "starting", spelling: "json" }, "unavailable"],
      [{ kind: "unauthorized" }, "unauthorized"],
      [{ kind: "guest" }, "unauthorized"],
      [{ kind: "not found" }, "not_found"],
      [{ kind: "too many requests", retryAfterS: 9 }, "unavailable"],
      [{ kind: "server error" }, "other"],
      [{ kind: "login page" }, "malformed"],
      [{ kind: "redirect", to: "https://elsewhere.example/?X-Plex-Token=x" }, "other"],
      [{ kind: "empty body" }, "malformed"],
      [{ kind: "invalid json" }, "malformed"],
      [{ kind: "wrong types" }, "malformed"],
      [{ kind: "oversized", bytes: 4_000_000 }, "malformed"],
      [{ kind: "gzip bomb", bytes: 40_000_000 }, "malformed"],
      [{ kind: "refuse" }, "refused"],
    ];
    for (const [fault, failure] of expected) {
      const clear = plex.faults.set(fault);
      await plex.ready();
      const answer = await client.sessions();
      assert.equal(!answer.ok && answer.failure, failure, fault.kind);
      if (fault.kind === "too many requests") assert.equal(!answer.ok && answer.retryAfterMs, 9000);
      clear();
      await plex.ready();
      assert.ok((await client.sessions()).ok, `after ${fault.kind}`);
    }
    plex.faults.set({ kind: "hang" });
    const hanging = client.sessions();
    await clock.advance(11_000);
    const answer = await hanging;
    assert.equal(!answer.ok && answer.failure, "timeout");
    plex.faults.clear();
    plex.faults.set({ kind: "encoded operator rejected" });
    const filtered = await client.bandwidth(0);
    assert.equal(!filtered.ok && filtered.status, 400);
    assert.ok((await client.allBandwidth()).ok);
  }));
