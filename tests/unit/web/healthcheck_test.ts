/** The `healthcheck` command. */
import assert from "node:assert/strict";
import type { Clock } from "../../../src/clock.ts";
import { healthcheck } from "../../../src/web/healthcheck.ts";
import { serve } from "../../../src/web/server.ts";
import { serveMetrics } from "../../testing/web_server.ts";
import { silentLog } from "../../testing/recording_log.ts";

/** A clock whose timeouts fire after 50 ms. */
const impatient: Clock = {
  now: () => 0,
  after: () => () => {},
  timeout: (_ms, run) => {
    const timer = setTimeout(run, 50);
    return () => clearTimeout(timer);
  },
};

Deno.test("healthcheck succeeds for a running exporter", async () => {
  const { server, scrapers } = await serveMetrics("");
  assert.deepEqual(await healthcheck(server.url), {
    healthy: true,
    sentence: `${server.url}/healthz answers.`,
  });
  assert.deepEqual(scrapers, []);
  await server.close(1_000);
});

Deno.test("healthcheck reads when the exporter was last scraped", async () => {
  const last = new Date(Date.UTC(2026, 0, 5, 12)).toUTCString();
  for (const [header, lastScrapeAt] of [[last, Date.UTC(2026, 0, 5, 12)], ["soon", undefined]]) {
    const handler = () =>
      Promise.resolve(new Response("ok\n", { headers: { "Last-Scrape": `${header}` } }));
    const server = await serve({ port: 0, handler, log: silentLog });
    const health = await healthcheck(server.url);
    assert.equal(health.healthy, true);
    assert.equal(health.lastScrapeAt, lastScrapeAt);
    await server.close(1_000);
  }
});

Deno.test("healthcheck fails if nothing listens", async () => {
  const { server } = await serveMetrics("");
  await server.close(1_000);
  const { healthy, sentence } = await healthcheck(server.url);
  assert.equal(healthy, false);
  assert.match(sentence, /\/healthz does not answer \(.*ECONNREFUSED.*\)\.$/);
});

Deno.test("healthcheck fails for any response but the exporter's", async () => {
  const answers = [
    () => new Response("ok\n", { status: 503 }),
    () => new Response("<html>"),
    () => new Response("ok\n".repeat(1_000_000)),
    () => new Response(null, { status: 302, headers: { "Location": "/" } }),
  ];
  for (const answer of answers) {
    const handler = () => Promise.resolve(answer());
    const server = await serve({ port: 0, handler, log: silentLog });
    assert.deepEqual(await healthcheck(server.url), {
      healthy: false,
      sentence: `${server.url}/healthz answers, but not as the exporter does.`,
    });
    await server.close(1_000);
  }
});

Deno.test("healthcheck fails without a response within its timeout", async () => {
  const silence = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assert.deepEqual(await healthcheck(`http://127.0.0.1:${silence.addr.port}`, impatient), {
    healthy: false,
    sentence: `http://127.0.0.1:${silence.addr.port}/healthz does not answer within 3 s.`,
  });
  silence.close();
});

Deno.test("healthcheck fails for an invalid address", async () => {
  assert.equal((await healthcheck("http://[fe80::1%eth0]:9000")).healthy, false);
});
