/** The demo: what it shows within its first seconds. */
import assert from "node:assert/strict";
import { startDemo } from "../../src/simulator/demo.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { readPage, type Series } from "../testing/exposition.ts";
import { startExporter } from "../testing/harness.ts";

/** The metrics and the status page at one time. */
interface Snapshot {
  readonly series: readonly Series[];
  readonly page: string;
}

/** A row of `/statistics/bandwidth` or `/statistics/resources`. */
interface Row {
  readonly at: number;
  readonly accountID?: number;
  readonly deviceID?: number;
  readonly lan?: boolean;
  readonly bytes?: number;
}

/** The labels of a family's samples above 0, of all snapshots. */
function labelsOf(snapshots: readonly Snapshot[], family: string): readonly Series["labels"][] {
  return snapshots.flatMap(({ series }) => series)
    .filter(({ labels: { __name__ }, value }) => __name__ === family && value > 0)
    .map(({ labels }) => labels);
}

/** The values of a label, each once. */
function values(labels: readonly Series["labels"][], name: string): ReadonlySet<string> {
  return new Set(labels.map(({ [name]: value = "" }) => value));
}

/** Whether a label has several values for the same values of the others. */
function changed(
  labels: readonly Series["labels"][],
  name: string,
  others: readonly string[],
): boolean {
  const groups = Map.groupBy(labels, (set) => others.map((other) => set[other]).join());
  return [...groups.values()].some((group) => values(group, name).size > 1);
}

Deno.test("the demo shows every kind of play and event within five seconds", async () => {
  const clock = new DrivenClock();
  const demo = await startDemo(clock);
  // The walk of its libraries takes longer, and has tests of its own.
  const app = await startExporter(clock, [], { ...demo.settings, WALK_INTERVAL: "0" });
  const get = async (path: string) => await (await fetch(app.url + path)).text();
  const takeSnapshot = async (): Promise<Snapshot> => ({
    series: [...readPage(await get("/metrics")).values()],
    page: await get("/"),
  });
  /** The rows of a statistic by their time, account, device and location. */
  const readRows = async (path: string, list: string) => {
    const headers = { accept: "application/json", "x-plex-token": demo.settings.PLEX_TOKEN ?? "" };
    const answer = await fetch(`${demo.url}${path}?timespan=6`, { headers });
    const { MediaContainer: { [list]: rows } }: { MediaContainer: Record<string, Row[]> } =
      await answer.json();
    assert.ok(rows);
    return new Map(rows.map((row) => {
      const { accountID, at, deviceID, lan } = row;
      return [[at, accountID, deviceID, lan].join("/"), row];
    }));
  };
  try {
    const snapshots: Snapshot[] = [];
    const bandwidth: ReadonlyMap<string, Row>[] = [];
    const resources: { readonly atMs: number; readonly rows: ReadonlyMap<string, Row> }[] = [];
    for (let elapsedMs = 200; elapsedMs <= 5_000; elapsedMs += 200) {
      await clock.advance(200);
      snapshots.push(await takeSnapshot());
      if (elapsedMs > 3_000) {
        bandwidth.push(await readRows("/statistics/bandwidth", "StatisticsBandwidth"));
      }
      const rows = await readRows("/statistics/resources", "StatisticsResources");
      resources.push({ atMs: clock.now(), rows });
    }

    const sessions = labelsOf(snapshots, "plex_session_info");
    assert.ok(values(sessions, "user").size >= 4, "several users");
    assert.ok(values(sessions, "player").size >= 8, "several players");
    for (const type of ["movie", "episode", "track", "photo", "live_tv"]) {
      assert.ok(values(sessions, "media_type").has(type), type);
    }
    assert.deepEqual(
      [...values(sessions, "decision")].sort(),
      ["direct_play", "direct_stream", "transcode"],
    );
    const isAudioOnly = sessions.some(({ audio_decision, video_decision }) =>
      video_decision === "copy" && audio_decision === "transcode"
    );
    assert.ok(isAudioOnly, "an audio-only transcode");
    assert.deepEqual(
      [...values(labelsOf(snapshots, "plex_video_transcodes"), "hardware")].sort(),
      ["full", "none", "partial"],
      "transcodes in hardware, partly, and in software",
    );
    const actions = values(labelsOf(snapshots, "plex_subtitle_transcodes"), "action");
    assert.ok(actions.has("burn"), "a subtitle burn");
    assert.ok(values(labelsOf(snapshots, "plex_sessions"), "state").has("paused"), "a pause");
    const unchanged = ["session", "title", "grandchild_title", "video_decision"];
    assert.ok(changed(sessions, "resolution", unchanged), "a quality change");
    const hasAutoNext = changed(sessions, "grandchild_title", ["session", "user", "player"]);
    assert.ok(hasAutoNext, "auto-next under one session key");
    const last = values(labelsOf(snapshots.slice(-1), "plex_session_info"), "session");
    const stopped = [...values(sessions, "session")].filter((session) => !last.has(session));
    assert.ok(stopped.length > 0, "a stop");
    assert.ok(values(labelsOf(snapshots, "plex_activities"), "type").has("library_scan"), "a scan");

    const pages = snapshots.map(({ page }) => page).join("\n");
    for (
      const text of [
        "Direct play",
        "Direct stream",
        "Transcode (audio only)",
        "Transcode (software)",
        "Transcode (hardware)",
        "Transcode (partly hardware)",
        "burns subtitles",
        "Paused",
        "live</small>",
        "relay",
        "scanning a library",
      ]
    ) assert.ok(pages.includes(text), `${text} on the page`);

    const hasGrown = bandwidth.some((rows, index) =>
      [...bandwidth[index - 1] ?? []].some(([key, { bytes = 0 }]) =>
        (rows.get(key)?.bytes ?? 0) > bytes
      )
    );
    assert.ok(hasGrown, "a row of bandwidth that grew");
    const delaysMs = resources.slice(1).flatMap(({ atMs, rows }, index) =>
      [...rows.values()]
        .filter(({ at }) => !resources[index]?.rows.has(`${at}///`))
        .map(({ at }) => atMs - at * 1_000)
    );
    assert.ok(delaysMs.length > 0, "a new row of resources");
    assert.ok(delaysMs.every((ms) => ms >= 1_000), `rows of resources after ${delaysMs} ms`);

    // The exporter counts items that a scan added, and bytes, when it reads them again.
    const items = (snapshot: Snapshot | undefined) =>
      snapshot?.series.filter(({ labels }) => labels["__name__"] === "plex_library_media_items")
        .reduce((sum, { value }) => sum + value, 0) ?? 0;
    await clock.advance(75_000);
    // The first scrape publishes new series at 0.
    await takeSnapshot();
    const later = await takeSnapshot();
    assert.ok(items(later) > items(snapshots.at(-1)), "items that a scan added");
    const locations = values(labelsOf([later], "plex_transmit_bytes_total"), "location");
    assert.deepEqual([...locations].sort(), ["lan", "wan"]);
  } finally {
    await app.stop(1_000);
    await demo.close();
  }
});
