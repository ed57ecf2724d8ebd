/**
 * A real Prometheus scrapes the program as a process. Two jobs beside that of the example scrape it
 * through a proxy, one in each format. The proxy can be frozen: it then repeats the last pages, so
 * that they can be compared with all that Prometheus has stored.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { families } from "../../src/metrics/families.ts";
import { promqlExamples, replacedQueries } from "../docs/markdown.ts";
import { keyOf, readPage, type Series, values } from "../testing/exposition.ts";
import { startProgram, until, withFolder } from "../testing/program.ts";
import { startPrometheus } from "../testing/prometheus.ts";

/** How long Prometheus scrapes before the proxy is frozen. */
const SCRAPING_MS = 20_000;

/** Bytes by user come last: they need a second reading of Plex's statistics, after 20 s. */
const COMPLETE_WITHIN_MS = 60_000;

const FORMATS = {
  text: "text/plain;version=0.0.4",
  openmetrics: "application/openmetrics-text;version=1.0.0",
} as const;
type Format = keyof typeof FORMATS;

/** All families except that of the state file: the demo keeps no state. */
const FAMILIES = families({ legacy: true })
  .filter(({ name }) => name !== "plex_exporter_state_saved_timestamp_seconds");

/** The series that Prometheus adds to each target. */
const TARGET_SERIES = "up|scrape_.+";

/** Serves the program's pages under `/text` and `/openmetrics`; the last ones once it is frozen. */
function startProxy(metrics: string) {
  const pages = new Map<string, { text: string; type: string }>();
  let isFrozen = false;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const name = new URL(request.url).pathname.slice(1) as Format;
    let page = pages.get(name);
    if (page === undefined || !isFrozen) {
      const answer = await fetch(metrics, { headers: { accept: FORMATS[name] } });
      page = { text: await answer.text(), type: answer.headers.get("content-type") ?? "" };
      pages.set(name, page);
    }
    return new Response(page.text, { headers: { "content-type": page.type } });
  });
  return {
    host: `127.0.0.1:${server.addr.port}`,
    page: (name: Format) => pages.get(name) ?? { text: "", type: "" },
    freeze: () => isFrozen = true,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function names(series: readonly Series[]): string[] {
  return [...new Set(series.map(({ labels }) => labels["__name__"] ?? ""))].sort();
}

Deno.test("a real Prometheus stores exactly what is on the pages, in both formats", async () => {
  await withFolder(async (folder) => {
    await using demo = startProgram(["demo"], { env: { LISTEN_ADDRESS: "127.0.0.1:0" } });
    const metrics = await demo.says(/metrics\s+(http:\S+)/);
    await using proxy = startProxy(metrics);
    await using prometheus = await startPrometheus(folder, new URL(metrics).host, [
      { name: "text", host: proxy.host, path: "/text" },
      { name: "openmetrics", host: proxy.host, path: "/openmetrics" },
    ]);

    await delay(SCRAPING_MS);
    await until("pages with every family", () => {
      const pages = [proxy.page("text").text, proxy.page("openmetrics").text];
      const areComplete = FAMILIES.every(({ name }) =>
        pages.every((page) => new RegExp(`^${name}(_bucket)?[{ ]`, "m").test(page))
      );
      return Promise.resolve(areComplete || undefined);
    }, COMPLETE_WITHIN_MS);
    proxy.freeze();
    const frozenAt = Date.now();
    const targets = await until("two scrapes of the frozen pages", async () => {
      const all = await prometheus.targets();
      const areFrozen = all.every(({ lastScrape }) => Date.parse(lastScrape) > frozenAt + 2_000);
      return areFrozen ? all : undefined;
    });

    assert.deepEqual(
      targets.map(({ labels: { job }, health, lastError }) => [job, health, lastError]).sort(),
      [["openmetrics", "up", ""], ["plex", "up", ""], ["text", "up", ""]],
    );
    const failed = await prometheus.series("min_over_time(up[2m]) == 0");
    assert.deepEqual(failed.map(keyOf), [], "no scrape failed");

    for (const format of ["text", "openmetrics"] as const) {
      const { text, type } = proxy.page(format);
      assert.ok(type.startsWith(FORMATS[format].split(";")[0] ?? ""), type);
      assert.equal(text.endsWith("# EOF\n"), format === "openmetrics");
      const page = readPage(text);
      const stored = await prometheus.series(`{job="${format}",__name__!~"${TARGET_SERIES}"}`);
      assert.deepEqual(values(stored), values(page.values()), format);
      const [scraped] = await prometheus.series(`scrape_samples_scraped{job="${format}"}`);
      assert.equal(scraped?.value, page.size);
    }

    const expected = FAMILIES.flatMap(({ name, type }) =>
      type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name]
    ).sort();
    for (const job of ["plex", "text", "openmetrics"]) {
      // The job without the proxy continues: a family may have lost its last session since.
      const stored = await prometheus.series(
        `last_over_time({job="${job}",__name__!~"${TARGET_SERIES}"}[1m])`,
      );
      assert.deepEqual(names(stored), expected, `families of the job ${job}`);
      const types = await prometheus.types(job);
      for (const { name, type } of FAMILIES) {
        const exposedType = types.get(name) ?? types.get(name.replace(/_total$/, ""));
        assert.equal(exposedType, type, `type of ${name} in the job ${job}`);
      }
    }

    // Constant series are the same where Prometheus chose the format itself.
    const constant = "plex_server_info|server_info|plex_library_scanning|plex_up";
    const chosen = await prometheus.series(`{job="plex",__name__=~"${constant}"}`);
    const asText = await prometheus.series(`{job="text",__name__=~"${constant}"}`);
    assert.deepEqual(chosen.map(keyOf).sort(), asText.map(keyOf).sort());

    prometheus.process.signal("SIGTERM");
    assert.equal(await prometheus.process.code, 0);
  });
});

Deno.test("every query of the documents has a result on a real Prometheus, and replacements of old queries have the same", async () => {
  const queries = promqlExamples();
  assert.ok(queries.length > 10);
  await withFolder(async (folder) => {
    await using demo = startProgram(["demo"], { env: { LISTEN_ADDRESS: "127.0.0.1:0" } });
    const { host } = new URL(await demo.says(/metrics\s+(http:\S+)/));
    await using prometheus = await startPrometheus(folder, host);
    const unanswered = new Set(queries);
    try {
      await until("the last result", async () => {
        for (const query of unanswered) {
          if ((await prometheus.series(query)).length > 0) unanswered.delete(query);
        }
        return unanswered.size === 0 || undefined;
      }, COMPLETE_WITHIN_MS);
    } catch (error) {
      assert.deepEqual([...unanswered], [], String(error));
    }
    const gauges = FAMILIES.filter(({ identity, type }) =>
      identity === "legacy" && type === "gauge"
    );
    for (const [before, after] of replacedQueries()) {
      if (!gauges.some(({ name }) => before.includes(name))) continue;
      const ask = async (query: string) =>
        (await prometheus.series(query)).map(({ value }) => Math.round(value * 1e6)).sort();
      await until(`the same from ${before} and ${after}`, async () => {
        const [old, replacement] = await Promise.all([ask(before), ask(after)]);
        // They differ if a scrape came between them.
        return old.join() === replacement.join() || undefined;
      }, 10_000);
    }
    const [watched] = await prometheus.series("sum(increase(plex_play_seconds_total[1m]))");
    assert.ok(watched !== undefined && watched.value > 0, "play time increases");
  });
});
