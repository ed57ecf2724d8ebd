import assert from "node:assert/strict";
import { CONTENT_TYPES, LIBRARY_TYPES } from "../../../src/core/enums.ts";
import { fixtureText, withClient, withServer } from "../../testing/plex_fixture.ts";

/** Answers with fixtures by path, and keeps the requests. */
function fixtureServer(fixtures: Readonly<Record<string, string | Response>>) {
  const requests: string[] = [];
  const answer = (request: Request) => {
    const { pathname, search } = new URL(request.url);
    requests.push(pathname + search);
    const found = fixtures[pathname];
    if (found instanceof Response) return found.clone();
    return found === undefined
      ? new Response("<h1>404 Not Found</h1>", { status: 404 })
      : new Response(fixtureText(found));
  };
  return { requests, answer };
}

Deno.test("Client reads every endpoint", async () => {
  const { requests, answer } = fixtureServer({
    "/identity": "server",
    "/": "server",
    "/media/providers": "providers",
    "/library/sections": "sections",
    "/status/sessions": "sessions_strings_only",
    "/statistics/resources": "resources",
    "/statistics/bandwidth": "bandwidth",
    "/activities": "activities",
    "/status/sessions/background": "jobs",
    "/updater/status": Response.json({ MediaContainer: { size: 1, Release: [{ version: "2" }] } }),
    "/livetv/dvrs": "dvrs",
    "/media/subscriptions": "subscriptions",
    "/library/metadata/45121": "metadata_two_versions",
    "/library/sections/2/all": "episodes",
    "/accounts": Response.json({ MediaContainer: { Account: [{ id: 1, name: "juniper" }] } }),
    "/status/sessions/history/all": "history",
  });
  await withServer(answer, (url) =>
    withClient(url, async (client) => {
      const answers = [
        await client.identity(),
        await client.server(),
        await client.libraries(),
        await client.sections(),
        await client.sessions(),
        await client.resources(),
        await client.bandwidth(1_718_387_600),
        await client.activities(),
        await client.jobs(),
        await client.releases(),
        await client.tuners(),
        await client.recordings(),
        await client.versions(["45121"]),
        await client.items({ id: "2", type: "show" }, { start: 0, size: 3 }),
        await client.count({ id: "2", type: "show" }, "episodes"),
        await client.accounts(),
        await client.history({ start: 0, size: 7, newestFirst: true }),
        await client.allBandwidth("month"),
      ];
      assert.equal(answers.length, Object.keys(client).length, "a method is missing here");
      assert.deepEqual(answers.map(({ ok }) => ok), answers.map(() => true));
      const versions = await client.versions(["45121"]);
      assert.equal(versions.ok && versions.value.get("45121")?.length, 2);
    }));
  assert.equal(requests[2], "/media/providers?includeStorage=1");
  assert.equal(requests[5], "/statistics/resources?timespan=6");
  assert.ok(requests.includes("/media/subscriptions?includeGrabs=1"));
});

Deno.test("Client counts by the total of the body, then of the header", async () => {
  const page = { MediaContainer: { size: 0 } };
  const headers = { "X-Plex-Container-Total-Size": "77" };
  const { requests, answer } = fixtureServer({
    "/library/sections/1/all": Response.json({ MediaContainer: { size: 0, totalSize: 1234 } }),
    "/library/sections/2/all": Response.json(page, { headers }),
    "/library/sections/3/all": Response.json(page),
  });
  await withServer(answer, (url) =>
    withClient(url, async (client) => {
      const counts = [];
      for (const id of ["1", "2", "3"]) {
        const answer = await client.count({ id, type: "photo" }, "photos");
        counts.push(answer.ok && answer.value);
      }
      assert.deepEqual(counts, [1234, 77, 0]);
    }));
  assert.equal(
    requests[0],
    "/library/sections/1/all?type=13&clusterZoomLevel=1" +
      "&X-Plex-Container-Start=0&X-Plex-Container-Size=0",
  );
});

Deno.test("Client counts every content type of every library type, under the encoded id", async () => {
  await withServer(
    ({ url }) =>
      new URL(url).pathname === "/library/sections/..%2F1/all"
        ? Response.json({ MediaContainer: { totalSize: 1 } })
        : new Response("", { status: 404 }),
    (url) =>
      withClient(url, async (client) => {
        for (const type of LIBRARY_TYPES) {
          for (const contentType of CONTENT_TYPES[type]) {
            assert.ok((await client.count({ id: "../1", type }, contentType)).ok);
          }
        }
      }),
  );
});

Deno.test("Client requests bandwidth with a filter, or for the whole history", async () => {
  const requests: string[] = [];
  const answer = (request: Request) => {
    const { search } = new URL(request.url);
    requests.push(search);
    return search.includes("at%3E")
      ? new Response("<h1>400 Bad Request</h1>", { status: 400 })
      : new Response(fixtureText("bandwidth"));
  };
  await withServer(answer, (url) =>
    withClient(url, async (client, events) => {
      const refused = await client.bandwidth(5);
      assert.equal(!refused.ok && refused.status, 400);
      const reading = await client.allBandwidth();
      assert.equal(reading.ok && reading.value.rows.length, 3);
      assert.equal(events.length, 2);
    }));
  assert.deepEqual(requests, ["?timespan=6&at%3E=5", "?timespan=6"]);
});

Deno.test("Client requests files in batches, and reads 404 as none", async () => {
  const requests: number[] = [];
  const answer = (request: Request) => {
    const ids = new URL(request.url).pathname.split("/").at(-1)?.split(",") ?? [];
    requests.push(ids.length);
    const Metadata = ids.map((ratingKey) => ({ ratingKey, Media: [] }));
    return ids.includes("150")
      ? new Response("", { status: 404 })
      : Response.json({ MediaContainer: { Metadata } });
  };
  const keys = Array.from({ length: 220 }, (_, index) => `${index}`);
  await withServer(answer, (url) =>
    withClient(url, async (client) => {
      const found = await client.versions(keys);
      assert.equal(found.ok && found.value.size, 120);
      assert.deepEqual(await client.versions([]).then(({ ok }) => ok), true);
    }));
  assert.deepEqual(requests, [100, 100, 20]);
});

Deno.test("Client returns the failure of a request for files", async () => {
  await withServer(
    () => new Response("", { status: 503 }),
    (url) =>
      withClient(url, async (client) => {
        const answer = await client.versions(["1"]);
        assert.equal(!answer.ok && answer.failure, "unavailable");
      }),
  );
});

Deno.test("Client hides names before they enter memory", async () => {
  const { answer } = fixtureServer({
    "/media/providers": "providers",
    "/statistics/bandwidth": "bandwidth",
  });
  await withServer(answer, (url) =>
    withClient(url, async (client) => {
      const libraries = await client.libraries();
      assert.ok(libraries.ok && libraries.value.every(({ title }) => title === "hidden"));
      const bandwidth = await client.bandwidth(0);
      assert.deepEqual(bandwidth.ok && [...bandwidth.value.accounts.values()], [
        "hidden",
        "hidden",
      ]);
    }, { hide: new Set(["user", "library"]) }));
});
