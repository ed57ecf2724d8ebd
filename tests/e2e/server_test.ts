/** The metrics of the server, its load and its traffic, and of the exporter itself. */
import assert from "node:assert/strict";
import { download } from "../../src/simulator/download.ts";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { findSamples, type Page, sum, testWithHarness } from "../testing/harness.ts";

/** The value of the only sample with these labels. */
function value(page: Page, family: string, labels: Record<string, string> = {}): number {
  const samples = findSamples(page, family, labels);
  assert.equal(samples.length, 1, `${family} ${JSON.stringify(labels)}`);
  return samples[0]?.[1] ?? NaN;
}

testWithHarness(
  "changes of updates, remote access and the account are exported within 6 s",
  async (harness) => {
    const { simulation } = harness.plex;
    const flags = async () => {
      await harness.pass(6);
      const page = await harness.scrape();
      return ["update_available", "remote_access", "signed_in"]
        .map((name) => value(page, `plex_server_${name}`));
    };
    assert.deepEqual(await flags(), [0, 1, 1]);
    simulation.server.offerUpdate("1.44.0.11000-ffffffff");
    assert.deepEqual(await flags(), [1, 1, 1]);
    simulation.server.offerUpdate("1.44.0.11000-ffffffff", "done");
    assert.deepEqual(await flags(), [0, 1, 1], "the update is installed");
    simulation.server.offerUpdate("1.44.0.11000-ffffffff", "tonight");
    assert.deepEqual(await flags(), [1, 1, 1]);
    simulation.server.setReachable(false);
    assert.deepEqual(await flags(), [1, 0, 1]);
    simulation.server.setReachable(true);
    simulation.server.signInState = "none";
    assert.deepEqual(await flags(), [1, 1, 0]);
  },
);

testWithHarness(
  "the update metric is absent if Plex does not report updates, as in a container",
  async (harness) => {
    await harness.pass(10);
    assert.equal(findSamples(await harness.scrape(), "plex_server_update_available").length, 0);
    assert.equal(value(await harness.scrape(), "plex_server_remote_access"), 1);
  },
  { before: ({ simulation }) => void (simulation.server.updaterSupported = false) },
);

testWithHarness(
  "the load is that of Plex's newest sample, in percent and as ratios",
  async (harness) => {
    const { simulation } = harness.plex;
    startViewers(simulation, { clock: harness.clock, seed: 3 });
    for (let minute = 0; minute < 2; minute++) {
      await harness.pass(60);
      const page = await harness.scrape();
      simulation.recordUsage();
      // What is shown was read up to 10 s ago, and a sample is taken every 5 s.
      const recent = simulation.resources.samples.filter(({ atS }) =>
        atS >= simulation.plexNowS() - 16
      );
      const shown = recent.find(({ hostCpu }) => hostCpu === value(page, "host_cpu_util"));
      assert.ok(shown, "the load is that of a recent sample");
      assert.equal(value(page, "host_mem_util"), shown.hostMemory);
      for (
        const [name, percent] of [
          ["host_cpu", shown.hostCpu],
          ["host_memory", shown.hostMemory],
          ["process_cpu", shown.processCpu],
          ["process_memory", shown.processMemory],
        ] as const
      ) assert.equal(value(page, `plex_${name}_ratio`), percent / 100, name);
    }
  },
);

testWithHarness(
  "bytes are counted by location, by user and by device, as Plex records them",
  async (harness) => {
    const { simulation } = harness.plex;
    // Not the owner, to whom Plex also counts its answers to the exporter.
    for (const [who, location] of [[1, "lan"], [2, "wan"], [3, "relayed"]] as const) {
      harness.play({ who, location });
    }
    await harness.pass(300);
    for (const viewer of simulation.viewers) viewer.stop();
    await harness.pass(60);
    await harness.scrape();
    const page = await harness.scrape();
    for (const [location, lan] of [["lan", true], ["wan", false]] as const) {
      const sent = simulation.bandwidth.total({ lan });
      const counted = value(page, "plex_transmit_bytes_total", { location });
      // Bytes before the first reading are not counted.
      assert.ok(counted > sent * 0.95 && counted <= sent, `${counted} of ${sent} by ${location}`);
    }
    for (const who of [1, 2, 3]) {
      const user = simulation.users[who];
      assert.ok(user);
      const sent = simulation.bandwidth.total({ accountId: user.id });
      const counted = sum(page, "plex_user_transmit_bytes_total", { user: user.name });
      assert.ok(sent > 1e6 && counted > sent * 0.95 && counted <= sent, `${counted} of ${sent}`);
      const device = simulation.players[who];
      assert.ok(device);
      assert.equal(
        sum(page, "plex_device_transmit_bytes_total", { device: device.title }),
        counted,
        "each user has one device",
      );
    }
  },
);

testWithHarness(
  "downloads are shown by user at once, and background jobs within a minute",
  async (harness) => {
    const { simulation } = harness.plex;
    const [, user] = simulation.users;
    assert.ok(user);
    const item = simulation.randomItem("movie");
    await harness.pass(5);
    const shown = async () => {
      const page = await harness.scrape();
      return [
        value(page, "plex_downloads", { user: user.name }),
        sum(page, "plex_downloads"),
        value(page, "plex_background_jobs", { type: "transcode" }),
      ];
    };
    assert.deepEqual(await shown(), [0, 0, 0]);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plex_downloads").length, simulation.users.length);
    download(simulation, { item, user, takesMs: 90_000 });
    simulation.backgroundJobs.convert(item, 90_000);
    await harness.pass(1);
    assert.deepEqual(await shown(), [1, 1, 0]);
    await harness.pass(60);
    assert.deepEqual(await shown(), [1, 1, 2]);
    await harness.pass(90);
    assert.deepEqual(await shown(), [0, 0, 0]);
  },
);

testWithHarness(
  "an unknown account of a download is looked up once",
  async (harness) => {
    const { simulation } = harness.plex;
    const newUser = { id: 77_000_001, name: "zed" };
    await harness.pass(70);
    const from = harness.clock.now();
    download(simulation, {
      item: simulation.randomItem("movie"),
      user: newUser,
      takesMs: 600_000,
    });
    await harness.pass(120);
    assert.equal(value(await harness.scrape(), "plex_downloads", { user: "unknown" }), 1);
    const lookups = harness.requestsSince(from).filter((path) => path === "/accounts").length;
    assert.equal(lookups, 1);
  },
);

testWithHarness(
  "without Plex Pass there are no downloads and no bytes, but background jobs",
  async (harness) => {
    await harness.pass(70);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plex_downloads").length, 0);
    assert.equal(findSamples(page, "plex_device_transmit_bytes_total").length, 0);
    assert.equal(findSamples(page, "plex_background_jobs").length, 2);
    assert.equal(findSamples(page, "plex_transcode_seconds_total").length, 5);
  },
  { plexPass: false },
);

testWithHarness(
  "background jobs are absent if Plex does not list them, and nothing else is",
  async (harness) => {
    await harness.pass(70);
    const page = await harness.scrape();
    assert.equal(findSamples(page, "plex_background_jobs").length, 0);
    assert.equal(value(page, "plex_up"), 1);
    assert.ok(findSamples(page, "plex_downloads").length > 0);
    const lists = harness.requestsSince(0).filter((path) => path === "/status/sessions/background");
    assert.equal(lists.length, 1);
  },
  {
    before: ({ faults }) =>
      void faults.set({ kind: "not found" }, { path: "/status/sessions/background" }),
  },
);

testWithHarness(
  "activities whose notifications are lost appear with the next list",
  async (harness) => {
    const { faults, simulation } = harness.plex;
    harness.ignoreFrames();
    await harness.pass(5);
    faults.set({ kind: "lost frames", share: 1 });
    simulation.activities.run({ type: "butler", title: "Housekeeping", takesMs: 90_000 });
    await harness.pass(62);
    const type = "maintenance";
    assert.equal(value(await harness.scrape(), "plex_activities", { type }), 1);
    await harness.pass(92);
    assert.equal(value(await harness.scrape(), "plex_activities", { type }), 0);
  },
);

testWithHarness(
  "the exporter has metrics of its requests, of the age of each source, and of itself",
  async (harness) => {
    harness.play({ method: "software transcode" });
    await harness.pass(120);
    await harness.scrape();
    const page = await harness.scrape();
    const successful = harness.plex.requests.filter(({ status }) => status === 200);
    for (const template of new Set(successful.map(({ template }) => template))) {
      if (template.includes("websocket")) continue;
      const endpoint = template.replace("metadata/{id}", "metadata/{ids}");
      const requests = successful.filter((request) => request.template === template);
      const counted = value(page, "plex_exporter_api_requests_total", { endpoint, outcome: "ok" });
      assert.equal(counted, requests.length, endpoint);
      const count = "plex_exporter_api_request_duration_seconds_count";
      assert.equal(value(page, count, { endpoint }), requests.length, endpoint);
      const last = value(page, "plex_exporter_last_success_timestamp_seconds", { endpoint });
      assert.equal(last, (requests.at(-1)?.atMs ?? 0) / 1000, endpoint);
    }
    assert.equal(value(page, "plex_exporter_token_valid"), 1);
    assert.equal(value(page, "plex_exporter_websocket_connected"), 1);
    assert.equal(value(page, "plex_exporter_websocket_reconnects_total"), 0);
    assert.equal(sum(page, "plex_exporter_websocket_events_total"), harness.plex.framesSent);
    assert.equal(sum(page, "plex_exporter_dropped_series_total"), 0);
    const versions = { version: "0.0.0-test", deno_version: Deno.version.deno };
    assert.equal(value(page, "plex_exporter_build_info", versions), 1);
    assert.ok(value(page, "process_cpu_seconds_total") > 0);
    assert.ok(value(page, "process_resident_memory_bytes") > 1e7);
    const startedAt = value(page, "process_start_time_seconds") * 1000;
    assert.ok(Math.abs(harness.clock.now() - 121_000 - startedAt) < 1_000);
  },
);
