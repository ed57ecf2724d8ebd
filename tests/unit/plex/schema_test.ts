import assert from "node:assert/strict";
import * as fc from "fast-check";
import * as dvr from "../../../src/plex/dvr_schema.ts";
import { parseItemPage } from "../../../src/plex/item_schema.ts";
import * as schema from "../../../src/plex/schema.ts";
import { mapBandwidth } from "../../../src/plex/mapping/bandwidth.ts";
import { mapProviders, mapSections } from "../../../src/plex/mapping/library.ts";
import { pageTotal } from "../../../src/plex/mapping/page.ts";
import { mapItemPage } from "../../../src/plex/mapping/items.ts";
import { mapRecordings, mapTuners } from "../../../src/plex/mapping/dvr.ts";
import { mapVersions } from "../../../src/plex/mapping/media.ts";
import {
  mapActivities,
  mapIdentity,
  mapJobs,
  mapResources,
  mapServer,
} from "../../../src/plex/mapping/server.ts";
import { mapSessions, needsSource } from "../../../src/plex/mapping/session.ts";
import { fixture } from "../../testing/plex_fixture.ts";

const nothing: ReadonlySet<never> = new Set();

/** What the client does with each answer. */
const readings: Readonly<Record<string, (body: unknown) => unknown>> = {
  sessions: (body) => {
    const sessions = schema.parseSessions(body) ?? [];
    return [sessions.map(needsSource), mapSessions(sessions, () => undefined, nothing)];
  },
  metadata: (body) => mapVersions(schema.parseItems(body)?.Metadata ?? []),
  providers: (body) => mapProviders(schema.parseProviders(body)?.MediaProvider ?? [], nothing),
  sections: (body) => mapSections(schema.parseSections(body)?.Directory ?? [], nothing),
  server: (body) => {
    mapIdentity(schema.parseIdentity(body) ?? {});
    return mapServer(schema.parseServer(body) ?? {});
  },
  resources: (body) => mapResources(schema.parseResources(body)?.StatisticsResources ?? []),
  bandwidth: (body) => {
    const wire = schema.parseBandwidth(body);
    return wire && mapBandwidth(wire, nothing);
  },
  activities: (body) => mapActivities(schema.parseActivities(body)?.Activity ?? []),
  jobs: (body) => mapJobs(schema.parseJobs(body)?.TranscodeJob ?? []),
  episodes: (body) => {
    const wire = parseItemPage(body);
    return wire && [...mapItemPage(wire, 0, "show", nothing)?.items ?? []];
  },
  page: (body) => pageTotal(schema.parsePage(body) ?? {}, undefined),
  dvrs: (body) => {
    const wire = dvr.parseRecorders(body);
    return wire && mapTuners(wire);
  },
  subscriptions: (body) => mapRecordings(dvr.parseSubscriptions(body)?.MediaSubscription ?? []),
  updater: (body) => schema.parseReleases(body),
};

const names = [...Deno.readDirSync(new URL("../../fixtures/plex", import.meta.url))]
  .map(({ name }) => name.replace(".json", "")).filter((name) => !name.startsWith("notification"))
  .sort();

/** Every value of a document by its path. */
function paths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => paths(child, [...path, key]))];
}

/** A copy with another value in that place. */
function replaced(value: unknown, path: readonly string[], other: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return other;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...value as object };
  (copy as Record<string, unknown>)[key] = replaced(
    (value as Record<string, unknown>)[key],
    rest,
    other,
  );
  return copy;
}

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, "", "0", -1, 1e308, 2 ** 53, "\u0000", "__proto__", [], {}, [[]], [null]),
);

Deno.test("no parser throws for a mutated answer", () => {
  for (const name of names) {
    const document = fixture(name);
    const places = paths(document);
    fc.assert(
      fc.property(fc.constantFrom(...places), odd, (path, other) => {
        const broken = replaced(document, path, other);
        for (const read of Object.values(readings)) read(broken);
      }),
      { numRuns: 200 },
    );
  }
});

Deno.test("no parser throws for any JSON", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    for (const read of Object.values(readings)) {
      read(value);
      read({ MediaContainer: value });
    }
  }));
});

Deno.test("parseSessions rejects what is not a session list", () => {
  const refused = [
    null,
    [],
    "x",
    {},
    { MediaContainer: null },
    { MediaContainer: [] },
    {
      code: 503,
      title: "Maintenance",
    },
    { MediaContainer: { size: 2 } },
    { MediaContainer: { size: 1, Metadata: [null] } },
    {
      MediaContainer: { Metadata: [{ sessionKey: {} }] },
    },
  ];
  assert.deepEqual(refused.map(schema.parseSessions), refused.map(() => undefined));
  assert.deepEqual(schema.parseSessions({ MediaContainer: { size: 0 } }), []);
  assert.deepEqual(schema.parseSessions({ MediaContainer: {} }), []);
});

Deno.test("parseSessions drops a bad item and no other", () => {
  const good = { sessionKey: 4, ratingKey: 5, viewOffset: "x", User: "nobody" };
  const items = [null, 7, "x", [good], good];
  const sessions = schema.parseSessions({ MediaContainer: { size: 5, Metadata: items } });
  assert.deepEqual(sessions, [{
    sessionKey: "4",
    ratingKey: "5",
    viewOffset: undefined,
    User: undefined,
    Media: [],
  }]);
  assert.equal(schema.parseSessions({ MediaContainer: { size: 1, Metadata: good } })?.length, 1);
});

Deno.test("parseSessions ignores prototype keys", () => {
  const text = '{"MediaContainer":{"size":1,"Metadata":[{"__proto__":{"live":true},' +
    '"sessionKey":"1","constructor":"x","Media":{"__proto__":{"id":"7"}}}]}}';
  const [session] = schema.parseSessions(JSON.parse(text)) ?? [];
  assert.equal(session?.live, undefined);
  assert.equal(session?.Media[0]?.id, undefined);
  assert.equal(({} as { live?: unknown }).live, undefined);
});
