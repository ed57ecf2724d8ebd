/** The demo: what it shows in its first seconds. */
import assert from "node:assert/strict";
import { startDemo } from "../../src/simulator/demo.ts";
import { DrivenClock } from "../testing/driven_clock.ts";
import { readPage, type Series } from "../testing/exposition.ts";
import { startExporter } from "../testing/harness.ts";

/** What a scraper and a reader of the page have seen so far. */
interface Sight {
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

/** The samples of a family above 0 that were ever seen, by their labels. */
function seen(sights: readonly Sight[], family: string): readonly Series["labels"][] {
  return sights.flatMap(({ series }) => series)
    .filter(({ labels: { __name__ }, value }) => __name__ === family && value > 0)
    .map(({ labels }) => labels);
}

/** The values of a label that were seen, each once. */
function values(labels: readonly Series["labels"][], name: string): ReadonlySet<string> {
  return new Set(labels.map(({ [name]: value = "" }) => value));
}

/** Whether a label took several values one after another while others stayed as they were. */
function changed(
  labels: readonly Series["labels"][],
  name: string,
  others: readonly string[],
): boolean {
  const groups = Map.groupBy(labels, (one) => others.map((other) => one[other]).join());
  return [...groups.values()].some((group) => values(group, name).size > 1);
}

Deno.test("the demo shows within five seconds all that can happen on a Plex", async () => {
  const clock = new DrivenClock();
  const demo = await startDemo(clock);
  // The walk of its libraries takes longer, and has tests of its own.
  const app = await startExporter(clock, [], { ...demo.settings, WALK_INTERVAL: "0" });
  const ask = async (path: string) => await (await fetch(app.url + path)).text();
  const look = async (): Promise<Sight> => ({
    series: [...readPage(await ask("/metrics")).values()],
    page: await ask("/"),
  });
  /** The rows of a statistic by all that tells them apart. */
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
    const sights: Sight[] = [];
    const sent: ReadonlyMap<string, Row>[] = [];
    const loads: { readonly atMs: number; readonly rows: ReadonlyMap<string, Row> }[] = [];
    for (let tenth = 0; tenth < 50; tenth += 2) {
      await clock.advance(200);
      sights.push(await look());
      if (tenth >= 30) sent.push(await readRows("/statistics/bandwidth", "StatisticsBandwidth"));
      const rows = await readRows("/statistics/resources", "StatisticsResources");
      loads.push({ atMs: clock.now(), rows });
    }

    const sessions = seen(sights, "plex_session_info");
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
      [...values(seen(sights, "plex_video_transcodes"), "hardware")].sort(),
      ["full", "none", "partial"],
      "transcodes in hardware, partly, and in software",
    );
    const burns = values(seen(sights, "plex_subtitle_transcodes"), "action");
    assert.ok(burns.has("burn"), "a subtitle burn");
    assert.ok(values(seen(sights, "plex_sessions"), "state").has("paused"), "a pause");
    const still = ["session", "title", "grandchild_title", "video_decision"];
    assert.ok(changed(sessions, "resolution", still), "a quality change");
    const next = changed(sessions, "grandchild_title", ["session", "user", "player"]);
    assert.ok(next, "auto-next under one session key");
    const last = values(seen(sights.slice(-1), "plex_session_info"), "session");
    const gone = [...values(sessions, "session")].filter((session) => !last.has(session));
    assert.ok(gone.length > 0, "a stop");
    assert.ok(values(seen(sights, "plex_activities"), "type").has("library_scan"), "a scan");

    const pages = sights.map(({ page }) => page).join("\n");
    for (
      const words of [
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
    ) assert.ok(pages.includes(words), `${words} on the page`);

    const grown = sent.some((rows, index) =>
      [...sent[index - 1] ?? []].some(([key, { bytes = 0 }]) => (rows.get(key)?.bytes ?? 0) > bytes)
    );
    assert.ok(grown, "a row of bandwidth that grew after it was there");
    const late = loads.slice(1).flatMap(({ atMs, rows }, index) =>
      [...rows.values()]
        .filter(({ at }) => !loads[index]?.rows.has(`${at}///`))
        .map(({ at }) => atMs - at * 1_000)
    );
    assert.ok(late.length > 0, "a row of the machine's load that came while one looked");
    assert.ok(late.every((ms) => ms >= 1_000), `rows of load came after ${late} ms`);

    // A scan's finds are counted, and bytes are there, once they have been read again.
    const items = (sight: Sight | undefined) =>
      sight?.series.filter(({ labels }) => labels["__name__"] === "plex_library_media_items")
        .reduce((sum, { value }) => sum + value, 0) ?? 0;
    await clock.advance(75_000);
    await look();
    const later = await look();
    assert.ok(items(later) > items(sights.at(-1)), "items that a scan added");
    const locations = values(seen([later], "plex_transmit_bytes_total"), "location");
    assert.deepEqual([...locations].sort(), ["lan", "wan"]);
  } finally {
    await app.stop(1_000);
    await demo.close();
  }
});
