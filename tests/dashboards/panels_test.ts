/** The panels and columns that each dashboard must have. */
import assert from "node:assert/strict";
import { DASHBOARDS } from "./load.ts";

/** Required panels by dashboard. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  "Plex / Overview": [
    "Plex",
    "Streams by state",
    "Streams by delivery",
    "Video transcodes",
    "Bandwidth",
    "Now playing",
    "Streams",
    "CPU and memory",
    "Availability",
    "Watch time by user",
    "Storage by library",
    "Items added per day",
    "Versions and updates",
  ],
  "Plex / Now playing": [
    "All sessions in detail",
    "Speed of transcodes",
    "Locations",
    "States",
    "Peak streams",
    "Transcoded",
    "Buffering time",
    "Subtitles",
    "Sent today",
    "Peak outbound",
  ],
  "Plex / Users and titles": [
    "Plays",
    "Watched",
    "Plays per day",
    "Watch time per day",
    "By weekday",
    "By hour",
    "Watch time by hour",
    "Users",
    "Platforms",
    "Libraries",
    "Films",
    "Shows",
    "Artists",
    "Delivery by platform",
    "Delivery by user",
    "Resolutions",
    "Sent by user",
    "Sent by device",
    "Time transcoded",
    "Downloads",
    "Views of all time",
    "Last seen",
    "Most viewed films",
    "Most viewed shows",
    "Most played artists",
    "Views per day",
  ],
  "Plex / Libraries": [
    "Every library",
    "Storage",
    "Items",
    "Resolutions",
    "New in a month",
    "Mean size of an item",
    "Items added per day",
    "Storage added per day",
    "Activities",
    "Free disk space",
  ],
  "Plex / Storage": [
    "Files",
    "Not watched for a year",
    "Share not watched",
    "Extra versions",
    "Newest item",
    "Size doubles",
    "Last walk",
    "By library",
    "By resolution",
    "By codec",
    "Files by library",
    "Largest",
    "By last view",
    "Share of HEVC and AV1",
    "Items added",
    "Growth per day",
  ],
  "Plex / Exporter health": [
    "Age of the data",
    "Requests",
    "Outcomes",
    "Slowest requests",
    "Notifications",
    "Reconnects",
    "Token",
    "Scrapes",
    "Samples",
    "Memory",
    "Dropped",
    "Build",
  ],
  "Media Server": [
    "Version",
    "Platform",
    "CPU and memory",
    "Media",
    "Libraries",
    "Titles",
    "Users",
  ],
};

/** Required columns of tables. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  "Now playing": ["User", "Title", "Delivery", "File", "Stream", "Bitrate", "Player", "Progress"],
  "All sessions in detail": [
    "Video in",
    "Video out",
    "Audio in",
    "Audio out",
    "Hardware",
    "Speed",
    "Throttled",
    "Since",
  ],
  "Every library": [
    "Items",
    "Shows, artists",
    "Seasons, albums",
    "Files",
    "Storage",
    "Playing time",
    "Size per item",
    "Newest item",
    "Last scan",
    "Scanning",
  ],
  "Files by library": [
    "Files",
    "Not watched",
    "Share",
    "Extra versions",
    "New: day",
    "Week",
    "Newest",
    "Walked",
  ],
  "Largest": ["Title", "Library", "Last view", "Size"],
};

Deno.test("every required panel and column exists", () => {
  assert.deepEqual(Object.keys(NAMED), DASHBOARDS.map(({ title }) => title));
  for (const { title, panels } of DASHBOARDS) {
    const titles = panels.filter(({ type }) => type !== "row").map(({ title }) => title);
    assert.deepEqual(NAMED[title]?.filter((name) => !titles.includes(name)), [], title);
  }
  const tables = DASHBOARDS.flatMap(({ panels }) => panels).filter(({ type }) => type === "table");
  for (const [name, columns] of Object.entries(COLUMNS)) {
    const { transformations = [] } = tables.find(({ title }) => title === name) ?? {};
    const shown = transformations.flatMap(({ options: { renameByName = {} } }) =>
      Object.values(renameByName)
    );
    assert.deepEqual(columns.filter((column) => !shown.includes(column)), [], name);
  }
});
