/**
 * Every parser of Plex's responses on mutations of real ones: none throws, hangs or returns
 * unbounded text. `RUNS` sets the number of runs.
 */
import assert from "node:assert/strict";
import process from "node:process";
import fc from "fast-check";
import { ENDPOINTS } from "../../src/core/api_stats.ts";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { frameOf } from "../../src/simulator/api/frames.ts";
import { readQuery } from "../../src/simulator/api/query.ts";
import { respond } from "../../src/simulator/api/routes.ts";
import { Simulation } from "../../src/simulator/simulation.ts";
import { type Client, createClient } from "../../src/plex/client.ts";
import type { ItemPage } from "../../src/plex/mapping/items.ts";
import { NO_HIDDEN_LABELS } from "../../src/plex/redact_labels.ts";
import { parseNotification } from "../../src/plex/mapping/notification.ts";
import { mapSessions, needsSource } from "../../src/plex/mapping/session.ts";
import { systemClock } from "../../src/clock.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { fixture, TOKEN } from "../testing/plex_fixture.ts";
import { byteChanges, corruptText, mutate, mutation } from "../testing/mutate.ts";

const RUNS = Number(Deno.env.get("RUNS") ?? 60);

/** Maximum processor time in ms for one response, including responses of several megabytes. */
const MAX_WORK_MS = 5_000;

/** Processor time of this process so far; other processes do not affect it. */
function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const FIXTURES = [...Deno.readDirSync(new URL("../fixtures/plex", import.meta.url))]
  .filter(({ name }) => name.endsWith(".json")).map(({ name }) => name.replace(".json", ""));

/** All responses and frames of a busy server. */
async function recordBusyServer(): Promise<{ responses: unknown[]; frames: unknown[] }> {
  const clock = new DrivenClock();
  const simulation = new Simulation({ clock, seed: 3 });
  const frames: unknown[] = [];
  simulation.observe({
    notification: (notification) => {
      const { type, list, entries } = frameOf(notification);
      frames.push({ NotificationContainer: { type, size: entries.length, [list]: entries } });
    },
  });
  const viewers = startViewers(simulation, { clock, seed: 3 });
  await clock.advance(60_000);
  const [item] = simulation.sessions();
  const paths = ENDPOINTS.map((endpoint) =>
    endpoint.replace("{id}", "1").replace("{ids}", item?.item.ratingKey ?? "1")
  );
  const responses = paths.flatMap((path) => {
    const { status, body } = respond(simulation, {
      path,
      rawQuery: "timespan=6",
      query: readQuery("timespan=6"),
      token: simulation.tokens.owner,
      wantsJson: true,
      ignoreFilters: false,
      everyoneIsGuest: false,
    });
    return status === 200 && typeof body === "string" ? [JSON.parse(body)] : [];
  });
  viewers.stop();
  simulation.close();
  // One of each kind is enough: the last one, because the first may lack fields.
  const kinds = new Map(frames.map((frame) => [JSON.stringify(frame).slice(0, 50), frame]));
  return { responses, frames: [...kinds.values()] };
}

const { responses, frames } = await recordBusyServer();
const DOCUMENTS = [...FIXTURES.map(fixture), ...responses];

/** Every method of the client. */
const METHODS: Readonly<Record<keyof Client, (client: Client) => Promise<{ ok: boolean }>>> = {
  identity: (client) => client.identity(),
  server: (client) => client.server(),
  libraries: (client) => client.libraries(),
  sections: (client) => client.sections(),
  count: (client) => client.count({ id: "1", type: "movie" }, "movies"),
  items: (client) => client.items({ id: "1", type: "movie" }, { start: 0, size: 100 }),
  sessions: (client) => client.sessions(),
  versions: (client) => client.versions(["1", "2"]),
  resources: (client) => client.resources(),
  bandwidth: (client) => client.bandwidth(1),
  allBandwidth: (client) => client.allBandwidth(),
  history: (client) => client.history({ start: 0, size: 100, newestFirst: false }),
  accounts: (client) => client.accounts(),
  activities: (client) => client.activities(),
  jobs: (client) => client.jobs(),
  tuners: (client) => client.tuners(),
  recordings: (client) => client.recordings(),
  releases: (client) => client.releases(),
};

/** A client whose responses all have this status, these headers and these bytes. */
function clientOf(status: number, headers: HeadersInit, bytes: Uint8Array<ArrayBuffer>): Client {
  return createClient({
    server: new URL("http://plex.example:32400"),
    token: () => TOKEN,
    transport: {
      fetch: () => Promise.resolve(new Response(new Blob([bytes]), { status, headers })),
      connect: () => () => {},
      close: () => {},
    },
    clock: systemClock,
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    onEvent: () => {},
  });
}

/** The number of texts that are longer than the limit. */
function longTexts(value: unknown): number {
  if (typeof value === "string") return value.length > 1_000 ? 1 : 0;
  if (typeof value !== "object" || value === null) return 0;
  const children = value instanceof Map ? [...value].flat() : Object.values(value);
  return children.reduce((sum: number, child) => sum + longTexts(child), 0);
}

/** Calls every method. Asserts that each returns in time, and no secret or unbounded text. */
async function callAll(client: Client): Promise<void> {
  for (const [name, call] of Object.entries(METHODS)) {
    const beganMs = workedMs();
    const result = await call(client) as Awaited<ReturnType<Client["sessions"]>>;
    // The items of a page are read only now.
    const value: unknown = result.ok && name === "items"
      ? [...(result.value as unknown as ItemPage).items]
      : result.ok && result.value;
    const tookMs = workedMs() - beganMs;
    assert.ok(tookMs < MAX_WORK_MS, `${name} took ${tookMs} ms`);
    if (!result.ok) {
      assert.ok(result.detail.length < 500 && !result.detail.includes(TOKEN), result.detail);
      continue;
    }
    assert.equal(longTexts(value), 0, `${name} returns texts of any length`);
    if (name !== "sessions") continue;
    result.value.forEach(needsSource);
    const sessions = mapSessions(result.value, () => undefined, NO_HIDDEN_LABELS);
    assert.ok(sessions.length <= result.value.length);
    assert.equal(longTexts(sessions), 0);
  }
}

Deno.test("the client returns a result for any corruption of a real response", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...DOCUMENTS),
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      async (document, mutations) => {
        const bytes = new TextEncoder().encode(mutate(document, mutations));
        await callAll(clientOf(200, {}, bytes));
      },
    ),
    { numRuns: RUNS * 2, endOnFailure: true },
  );
});

Deno.test("the client returns a result for any bytes, which never contains the token", async () => {
  const header = fc.dictionary(
    fc.constantFrom("location", "retry-after", "x-plex-container-total-size", "content-type"),
    fc.oneof(
      fc.constantFrom(
        "/x",
        `http://${TOKEN}@elsewhere/${TOKEN}`,
        "-1",
        "99999999999999999999",
        "x",
      ),
      fc.stringMatching(/^[ -~]{0,20}$/),
    ),
  );
  const status = fc.constantFrom(
    200,
    200,
    200,
    206,
    299,
    301,
    307,
    400,
    401,
    403,
    404,
    429,
    500,
    503,
    599,
  );
  const echo = fc.constantFrom(
    "",
    `<Response code="503" status="${TOKEN}"/>`,
    `{"status":"${TOKEN}","token":"${TOKEN}"}`,
    `X-Plex-Token=${TOKEN}`,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...DOCUMENTS),
      byteChanges,
      status,
      header,
      echo,
      async (document, changed, status, headers, echoed) => {
        const text = echoed === "" ? JSON.stringify(document) : echoed;
        await callAll(clientOf(status, headers, corruptText(text, changed)));
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
});

Deno.test("parseNotification() returns in time for any mutation of a real frame", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...frames),
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      (frame, mutations) => {
        const beganMs = workedMs();
        const contents = parseNotification(mutate(frame, mutations), 1);
        assert.ok(workedMs() - beganMs < MAX_WORK_MS);
        assert.equal(longTexts(contents), 0);
      },
    ),
    { numRuns: RUNS * 5, endOnFailure: true },
  );
});
