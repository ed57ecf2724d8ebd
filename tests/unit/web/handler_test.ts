/** The response at each path, without a socket. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { type Format, FORMAT_CONTENT_TYPES } from "../../../src/metrics/exposition.ts";
import { createHandler, type HandlerOptions } from "../../../src/web/handler.ts";
import { recordingLog } from "../../testing/recording_log.ts";

const DASHBOARD = '{"title":"x","description":"All of it"}';

const longBody = "# HELP plex_up Büro 📺\n" + "plex_up 1\n".repeat(5_000);

function setUp(options: Partial<HandlerOptions<Format>> = {}) {
  const scrapers: string[] = [];
  const log = recordingLog();
  const handler = createHandler({
    metricsPath: "/metrics",
    contentTypes: FORMAT_CONTENT_TYPES,
    renderMetrics: (format) =>
      Promise.resolve({
        body: `# ${format}\n${longBody}`,
        completed: (client) => void scrapers.push(client),
      }),
    lastScrapeAt: () => undefined,
    renderPage: () => "<!DOCTYPE html>",
    loadExamples: () =>
      Promise.resolve({
        dashboards: new Map([["overview.json", "{}"], ["Media Server.json", DASHBOARD]]),
        alertRules: "groups: []\n",
      }),
    log,
    ...options,
  });
  const ask = (target: string, { method = "GET", headers = {} }: {
    method?: string;
    headers?: Record<string, string>;
  } = {}) =>
    handler(
      { method, url: `http://exporter:9000${target}`, headers: new Headers(headers) },
      { remoteAddr: { hostname: "::ffff:10.0.0.7" } },
    );
  return { handler, ask, scrapers, log };
}

Deno.test("createHandler serves the text format 0.0.4 by default", async () => {
  const response = await setUp().ask("/metrics");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(response.headers.get("vary"), "Accept, Accept-Encoding");
  assert.equal(response.headers.get("content-encoding"), null);
  const bytes = await response.bytes();
  assert.equal(response.headers.get("content-length"), String(bytes.length));
  assert.equal(new TextDecoder().decode(bytes), `# text\n${longBody}`);
});

Deno.test("createHandler serves OpenMetrics to clients that accept it", async () => {
  const response = await setUp().ask("/metrics", {
    headers: { "Accept": "application/openmetrics-text;version=1.0.0" },
  });
  assert.equal(
    response.headers.get("content-type"),
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  );
  assert.match(await response.text(), /^# openmetrics\n/);
});

Deno.test("createHandler compresses the metrics for clients that accept gzip, with the length sent", async () => {
  const response = await setUp().ask("/metrics", { headers: { "Accept-Encoding": "gzip" } });
  assert.equal(response.headers.get("content-encoding"), "gzip");
  const bytes = await response.bytes();
  assert.equal(response.headers.get("content-length"), String(bytes.length));
  assert.equal(gunzipSync(bytes).toString(), `# text\n${longBody}`);
});

Deno.test("createHandler counts a scrape when a GET of the metrics has been read completely", async () => {
  const { ask, scrapers } = setUp();
  const response = await ask("/metrics?from=test");
  assert.deepEqual(scrapers, []);
  await response.bytes();
  assert.deepEqual(scrapers, ["10.0.0.7"]);
});

Deno.test("createHandler counts no scrape if the client leaves before the end", async () => {
  const { ask, scrapers } = setUp();
  const reader = (await ask("/metrics")).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  assert.deepEqual(scrapers, []);
});

Deno.test("createHandler counts nothing but a GET of the metrics as a scrape", async () => {
  const { ask, scrapers } = setUp();
  for (const target of ["/", "/healthz", "/nothing", "/metrics/", "//metrics"]) {
    await (await ask(target)).bytes();
  }
  for (const method of ["HEAD", "POST", "OPTIONS"]) {
    await (await ask("/metrics", { method })).bytes();
  }
  assert.deepEqual(scrapers, []);
});

Deno.test("createHandler answers HEAD with the headers of GET and no body", async () => {
  const { ask } = setUp();
  for (const target of ["/metrics", "/", "/healthz", "/nothing"]) {
    for (const headers of [{}, { "Accept-Encoding": "gzip" }]) {
      const [got, head] = [
        await ask(target, { headers }),
        await ask(target, { headers, method: "HEAD" }),
      ];
      assert.equal(head.status, got.status);
      assert.deepEqual([...head.headers], [...got.headers]);
      assert.equal(head.body, null);
      assert.equal(String((await got.bytes()).length), head.headers.get("content-length"));
    }
  }
});

Deno.test("createHandler answers ok at /healthz whatever the renderers do", async () => {
  const fail = () => {
    throw new Error("no");
  };
  const response = await setUp({ renderMetrics: fail, renderPage: fail }).ask("/healthz");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(await response.text(), "ok\n");
});

Deno.test("createHandler shows at /healthz when the last scrape was, to the second", async () => {
  const lastScrape = async (at?: number) =>
    (await setUp({ lastScrapeAt: () => at }).ask("/healthz")).headers.get("last-scrape");
  assert.equal(await lastScrape(), null);
  assert.equal(
    await lastScrape(Date.UTC(2026, 0, 5, 12, 30, 1, 999)),
    "Mon, 05 Jan 2026 12:30:01 GMT",
  );
});

Deno.test("createHandler forbids the page to run scripts, load anything, or be cached", async () => {
  const response = await setUp().ask("/");
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "<!DOCTYPE html>");
  assert.deepEqual(Object.fromEntries(response.headers), {
    "cache-control": "no-store",
    "content-length": "15",
    "content-security-policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    "content-type": "text/html; charset=utf-8",
    "referrer-policy": "no-referrer",
    "vary": "Accept-Encoding",
    "x-content-type-options": "nosniff",
  });
});

Deno.test("createHandler answers an unknown path with a 404 that names the known ones", async () => {
  const response = await setUp({ metricsPath: "/plex/metrics" }).ask("/metrics");
  assert.equal(response.status, 404);
  assert.equal(
    await response.text(),
    "Not found. The paths are /, /plex/metrics, /healthz, /dashboards and /alerts.yml.\n",
  );
});

Deno.test("createHandler answers methods other than GET and HEAD with a 405 on every path", async () => {
  const { ask } = setUp();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get"]) {
    for (const target of ["/metrics", "/", "/nothing", "", "*"]) {
      const response = await ask(target, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "GET, HEAD");
    }
  }
});

Deno.test("createHandler finds a path in any spelling that means the same, and in no other", async () => {
  const { ask } = setUp();
  const found = ["/metrics", "/metrics?a=/nothing#b", "/%6detrics", "/m%65trics?%zz"];
  for (const target of found) assert.equal((await ask(target)).status, 200, target);
  const notFound = [
    ...["//metrics", "/metrics/", "/Metrics", "/x/../metrics", "/%2e%2e/metrics", "/metrics%3Fa"],
    ...["/metrics%", "/%00%ff%zz", "/\\metrics", "//[", "*", `/${"a".repeat(10_000)}`],
  ];
  for (const target of notFound) assert.equal((await ask(target)).status, 404, target);
});

Deno.test("createHandler finds a path with letters beyond ASCII as the client encodes it", async () => {
  const { ask } = setUp({ metricsPath: "/m%C3%A9triques" });
  assert.equal((await ask("/m%c3%a9triques")).status, 200);
});

Deno.test("createHandler ignores the host of a request target, even a malformed one", async () => {
  const { handler } = setUp();
  for (const host of ["http://other.example", "HTTPS://a b<>:99999", "http://[::1", "http://"]) {
    const request = { method: "GET", url: `${host}/healthz`, headers: new Headers() };
    const response = await handler(request, { remoteAddr: { hostname: "::1" } });
    assert.equal(response.status, 200, host);
  }
});

Deno.test("createHandler answers 500 without details if a renderer throws, and logs the details", async () => {
  const error = new Error("secret detail");
  const { ask, log, scrapers } = setUp({
    renderMetrics: () => Promise.reject(error),
    renderPage: () => {
      throw error;
    },
  });
  for (const path of ["/metrics", "/"]) {
    const response = await ask(path);
    assert.equal(response.status, 500);
    assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
    assert.equal(await response.text(), "The exporter cannot answer this. Its log says why.\n");
    assert.deepEqual(log.entries.at(-1), {
      level: "error",
      message: "Cannot answer a request",
      fields: { path, error },
    });
  }
  assert.deepEqual(scrapers, []);
});

Deno.test("createHandler answers the client even if counting the scrape throws", async () => {
  const { ask, log } = setUp({
    renderMetrics: () =>
      Promise.resolve({
        body: longBody,
        completed: () => {
          throw new Error("no");
        },
      }),
  });
  assert.equal(await (await ask("/metrics")).text(), longBody);
  assert.equal(log.entries.length, 1);
});

Deno.test("createHandler serves each dashboard under its name, to be saved as a file", async () => {
  const { ask } = setUp();
  const response = await ask("/dashboards/Media%20Server.json");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(
    response.headers.get("content-disposition"),
    'attachment; filename="Media Server.json"',
  );
  assert.equal(await response.text(), DASHBOARD);
  assert.equal((await ask("/dashboards/none.json")).status, 404);
});

Deno.test("createHandler lists the dashboards with their links, and serves the alert rules", async () => {
  const { ask } = setUp();
  const list = await ask("/dashboards");
  const page = await list.text();
  assert.match(page, /href="dashboards\/overview\.json">overview\.json</, "it has no title");
  assert.match(page, /href="dashboards\/Media%20Server\.json">x<\/a> All of it</);
  assert.match(page, /href="alerts\.yml"/);
  assert.match(list.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  const rules = await ask("/alerts.yml");
  assert.equal(rules.headers.get("content-type"), "application/yaml");
  assert.equal(await rules.text(), "groups: []\n");
});
