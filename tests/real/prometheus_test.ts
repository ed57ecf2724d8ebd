/**
 * A real Prometheus scrapes the real program. Beside the job of the example two more scrape it
 * through a relay, one in each format. The relay can stop the simulation: from then on it serves the
 * same page again, so that what Prometheus has stored can be compared with it whole.
 */
import assert from "node:assert/strict";
import { families } from "../../src/metrics/families.ts";
import { promqlExamples, replacedQueries } from "../docs/markdown.ts";
import { keyOf, readPage, type Series, values } from "../testing/exposition.ts";
import { startProgram, until, withFolder } from "../testing/program.ts";
import { startPrometheus } from "../testing/prometheus.ts";

/** How long Prometheus scrapes a simulation that moves. */
const SCRAPING_MS = 20_000;

/** Bytes by user come last: they need a second reading of Plex's statistics, after 20 s. */
const WHOLE_WITHIN_MS = 60_000;

const FORMATS = {
  text: "text/plain;version=0.0.4",
  openmetrics: "application/openmetrics-text;version=1.0.0",
} as const;
type Format = keyof typeof FORMATS;

/** All but that of the state file: the demo keeps no state. */
const FAMILIES = families({ legacy: true })
  .filter(({ name }) => name !== "plex_exporter_state_saved_timestamp_seconds");

/** The series that Prometheus adds to each target. */
const OWN = "up|scrape_.+";

/** Serves the program's pages under `/text` and `/openmetrics`; each stays the same once stopped. */
function startRelay(metrics: string) {
  const pages = new Map<string, { text: string; type: string }>();
  let stopped = false;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const name = new URL(request.url).pathname.slice(1) as Format;
    let page = pages.get(name);
    if (page === undefined || !stopped) {
      const answer = await fetch(metrics, { headers: { accept: FORMATS[name] } });
      page = { text: await answer.text(), type: answer.headers.get("content-type") ?? "" };
      pages.set(name, page);
    }
    return new Response(page.text, { headers: { "content-type": page.type } });
  });
  return {
    host: `127.0.0.1:${server.addr.port}`,
    page: (name: Format) => pages.get(name) ?? { text: "", type: "" },
    stop: () => stopped = true,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function names(series: readonly Series[]): string[] {
  return [...new Set(series.map(({ labels }) => labels["__name__"] ?? ""))].sort();
}

Deno.test("a real Prometheus stores exactly what the pages say, in both formats", async () => {
  await withFolder(async (folder) => {
    await using demo = startProgram(["demo"], { env: { LISTEN_ADDRESS: "127.0.0.1:0" } });
    const metrics = await demo.says(/metrics\s+(http:\S+)/);
    await using relay = startRelay(metrics);
    await using prometheus = await startPrometheus(folder, new URL(metrics).host, [
      { name: "text", host: relay.host, path: "/text" },
      { name: "openmetrics", host: relay.host, path: "/openmetrics" },
    ]);

    await new Promise((resolve) => setTimeout(resolve, SCRAPING_MS));
    await until("pages with every family", () => {
      const pages = [relay.page("text").text, relay.page("openmetrics").text];
      const areWhole = FAMILIES.every(({ name }) =>
        pages.every((page) => new RegExp(`^${name}(_bucket)?[{ ]`, "m").test(page))
      );
      return Promise.resolve(areWhole || undefined);
    }, WHOLE_WITHIN_MS);
    relay.stop();
    const stoppedAt = Date.now();
    const targets = await until("two scrapes of the still pages", async () => {
      const all = await prometheus.targets();
      const areStill = all.every(({ lastScrape }) => Date.parse(lastScrape) > stoppedAt + 2_000);
      return areStill ? all : undefined;
    });

    assert.deepEqual(
      targets.map(({ labels: { job }, health, lastError }) => [job, health, lastError]).sort(),
      [["openmetrics", "up", ""], ["plex", "up", ""], ["text", "up", ""]],
    );
    const failed = await prometheus.series("min_over_time(up[2m]) == 0");
    assert.deepEqual(failed.map(keyOf), [], "no scrape failed");

    for (const format of ["text", "openmetrics"] as const) {
      const { text, type } = relay.page(format);
      assert.ok(type.startsWith(FORMATS[format].split(";")[0] ?? ""), type);
      assert.equal(text.endsWith("# EOF\n"), format === "openmetrics");
      const page = readPage(text);
      const stored = await prometheus.series(`{job="${format}",__name__!~"${OWN}"}`);
      assert.deepEqual(values(stored), values(page.values()), format);
      const [scraped] = await prometheus.series(`scrape_samples_scraped{job="${format}"}`);
      assert.equal(scraped?.value, page.size);
    }

    const expected = FAMILIES.flatMap(({ name, type }) =>
      type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name]
    ).sort();
    for (const job of ["plex", "text", "openmetrics"]) {
      // The job that is not relayed moves on: a family may have lost its last session since.
      const stored = await prometheus.series(
        `last_over_time({job="${job}",__name__!~"${OWN}"}[1m])`,
      );
      assert.deepEqual(names(stored), expected, `families of the job ${job}`);
      const types = await prometheus.types(job);
      for (const { name, type } of FAMILIES) {
        const exposedType = types.get(name) ?? types.get(name.replace(/_total$/, ""));
        assert.equal(exposedType, type, `type of ${name} in the job ${job}`);
      }
    }

    // Constant series are the same where Prometheus chose the format itself.
    const still = "plex_server_info|server_info|plex_library_scanning|plex_up";
    const chosen = await prometheus.series(`{job="plex",__name__=~"${still}"}`);
    const relayed = await prometheus.series(`{job="text",__name__=~"${still}"}`);
    assert.deepEqual(chosen.map(keyOf).sort(), relayed.map(keyOf).sort());

    prometheus.process.signal("SIGTERM");
    assert.equal(await prometheus.process.code, 0);
  });
});

Deno.test("every query of the documents has an answer from a real Prometheus", async () => {
  const queries = promqlExamples();
  assert.ok(queries.length > 10);
  await withFolder(async (folder) => {
    await using demo = startProgram(["demo"], { env: { LISTEN_ADDRESS: "127.0.0.1:0" } });
    const { host } = new URL(await demo.says(/metrics\s+(http:\S+)/));
    await using prometheus = await startPrometheus(folder, host);
    const open = new Set(queries);
    try {
      await until("the last answer", async () => {
        for (const query of open) {
          if ((await prometheus.series(query)).length > 0) open.delete(query);
        }
        return open.size === 0 || undefined;
      }, WHOLE_WITHIN_MS);
    } catch (error) {
      assert.deepEqual([...open], [], String(error));
    }
    const gauges = FAMILIES.filter(({ identity, type }) =>
      identity === "legacy" && type === "gauge"
    );
    for (const [before, after] of replacedQueries()) {
      if (!gauges.some(({ name }) => before.includes(name))) continue;
      const ask = async (query: string) =>
        (await prometheus.series(query)).map(({ value }) => Math.round(value * 1e6)).sort();
      await until(`the same from ${before} and ${after}`, async () => {
        const [old, young] = await Promise.all([ask(before), ask(after)]);
        // Between the two a scrape may have come.
        return old.join() === young.join() || undefined;
      }, 10_000);
    }
    const [watched] = await prometheus.series("sum(increase(plex_play_seconds_total[1m]))");
    assert.ok(watched !== undefined && watched.value > 0, "seconds count from their beginning");
  });
});
