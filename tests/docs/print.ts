/**
 * The parts of the documents that are printed from the code, each between two marks. It reads and
 * writes no document.
 */
import { type Setting, settings } from "../../src/config/mod.ts";
import { LIMITS } from "../../src/core/cardinality.ts";
import { ENDPOINTS, NOTIFICATION_TYPES } from "../../src/core/api_stats.ts";
import {
  ACTIVITY_TYPES,
  ADDED_PERIODS,
  CONTENT_TYPES,
  DECISIONS,
  DYNAMIC_RANGES,
  HARDWARE,
  ITEM_LAST_VIEWS,
  JOB_TYPES,
  LIBRARY_TYPES,
  LOCATIONS,
  MEDIA_TYPES,
  OUTCOMES,
  PLAY_STATES,
  RECORDING_STATUSES,
  STREAM_DECISIONS,
  SUBTITLE_ACTIONS,
  SUBTITLE_DECISIONS,
  TRANSCODE_STREAMS,
  TUNER_STATES,
} from "../../src/core/enums.ts";
import { LARGEST_ITEMS, MAX_FILE_KEYS } from "../../src/core/walk_tally.ts";
import { LIMITED_FAMILIES } from "../../src/metrics/exporter.ts";
import { metricsTables } from "../../src/metrics/families.ts";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { STATE_FILE_FAULTS, type StateFileFault } from "../testing/state_file_faults.ts";
import { PARTS as SOURCE_PARTS } from "../testing/parts.ts";
import { ROOT } from "./markdown.ts";

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}

function words(list: readonly string[]): string {
  return [...new Set(list)].map((word) => word === "" ? "empty" : `\`${word}\``).join(", ");
}

/** The fixed sets of values, by label. */
function vocabularies(): string {
  const rows: readonly (readonly [labels: string, values: readonly string[]])[] = [
    ["`state` of sessions", PLAY_STATES],
    ["`decision`", DECISIONS],
    ["`video_decision`, `audio_decision`", STREAM_DECISIONS],
    ["`subtitle_decision`", SUBTITLE_DECISIONS],
    ["`action`", SUBTITLE_ACTIONS],
    ["`location`", LOCATIONS],
    ["`hardware`", HARDWARE],
    ["`hardware` of `plex_session_info`", [...HARDWARE, ""]],
    ["`relayed`, `secure`", ["true", "false"]],
    ["`plex_pass`", ["true", "false", ""]],
    ["`media_type`", MEDIA_TYPES],
    ["`dynamic_range`", DYNAMIC_RANGES],
    ["`library_type`", LIBRARY_TYPES],
    ["`content_type`", Object.values(CONTENT_TYPES).flat()],
    ["`last_view`", ITEM_LAST_VIEWS],
    ["`period`", ADDED_PERIODS],
    ["`type` of `plex_activities`", ACTIVITY_TYPES],
    ["`type` of `plex_background_jobs`", JOB_TYPES],
    ["`stream`", TRANSCODE_STREAMS],
    ["`type` of `plex_exporter_websocket_events_total`", NOTIFICATION_TYPES],
    ["`status` of `plex_recordings`", RECORDING_STATUSES],
    ["`state` of `plex_tuners`", TUNER_STATES],
    ["`outcome`", OUTCOMES],
    ["`endpoint`", ENDPOINTS],
    ["`family`", Object.values(LIMITED_FAMILIES)],
  ];
  return table(["label", "values"], rows.map(([labels, values]) => [labels, words(values)]));
}

/** The limits of what comes from Plex. */
function bounds(): string {
  const number = (count: number) => count.toLocaleString("en");
  return table(["what", "limit per server"], [
    ["concurrent sessions", number(LIMITS.sessions)],
    ["values of `user`, each of plays and bytes, of views, and of downloads", number(LIMITS.users)],
    ["values of `platform`", number(LIMITS.platforms)],
    ["values of `device` in `plex_device_transmit_bytes_total`", number(LIMITS.devices)],
    [
      "values of `title`, each in `plex_title_play_seconds_total` and `plex_title_views_total`",
      number(LIMITS.titles),
    ],
    ["combinations of `resolution` and `codec` of a library's files", number(MAX_FILE_KEYS)],
    ["large items of a library", number(LARGEST_ITEMS)],
    ["series of each counter family of plays and views", number(LIMITS.series)],
    ["dropped series counted per family", number(LIMITS.dropped)],
  ]);
}

/** Every setting, in the order of `--help`. */
function settingsTable(): string {
  const rows: readonly (readonly [string, Setting])[] = Object.entries(settings);
  return table(
    ["variable", "default", "meaning"],
    rows.map(([name, { default: fallback, shown = "–", meaning }]) => [
      `\`${name}\``,
      fallback === undefined ? shown : `\`${fallback}\``,
      meaning,
    ]),
  );
}

/** The parts of the sources, the lower ones first. */
function folders(): string {
  const code = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(", ");
  const rows = SOURCE_PARTS.map(({ imports, is, paths }) => [
    code(paths.map((path) => path.replace(/\/$/, ""))),
    is,
    code(imports) || "nothing but itself",
  ]);
  return table(["path", "content", "may import"], rows);
}

function example(path: string, language: string): string {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  return `\`\`\`${language}\n${text}\`\`\``;
}

/** The faults of Plex and of the network, as the tests run them. */
function faults(): string {
  return table(
    ["fault", "metrics", "log", "recovery"],
    SCENARIOS.map(({ name, metrics, logged, recovery }) => [
      name,
      metrics,
      logged === undefined ? "Nothing" : `\`${logged.text}\``,
      recovery,
    ]),
  );
}

/** The faults of the state file, as the tests run them. */
function stateFileFaults(): string {
  const rows: readonly (readonly [string, StateFileFault])[] = Object.entries(STATE_FILE_FAULTS);
  return table(
    ["fault", "counters", "log", "recovery"],
    rows.map(([name, { counters, logged, recovery }]) => [
      name,
      counters,
      logged === undefined ? "Nothing" : `\`${logged}\``,
      recovery,
    ]),
  );
}

/** What is printed, by the document and the name of the part. */
export const PARTS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "README.md": { scrape: () => example("examples/prometheus/prometheus.yml", "yaml") },
  "docs/architecture.md": { folders },
  "docs/configuration.md": { settings: settingsTable },
  "docs/faults.md": { faults, "state file faults": stateFileFaults },
  "docs/metrics.md": { metrics: metricsTables, vocabularies, bounds },
  "examples/docker/README.md": { docker: () => example("examples/docker/run.sh", "sh") },
};

/** The text with each of its parts printed anew. Throws if a part's marks are not there. */
export function printParts(text: string, parts: Readonly<Record<string, () => string>>): string {
  return Object.entries(parts).reduce((printed, [name, print]) => {
    const begin =
      `<!-- begin ${name}: printed by deno task docs -->\n<!-- deno-fmt-ignore-start -->\n`;
    const end = `<!-- deno-fmt-ignore-end -->\n<!-- end ${name} -->\n`;
    const [before, rest, ...others] = printed.split(begin);
    const [, after, ...ends] = rest?.split(end) ?? [];
    if (before === undefined || after === undefined || others.length + ends.length > 0) {
      throw new Error(`The marks of ${name} are not there exactly once`);
    }
    return `${before}${begin}\n${print().trim()}\n\n${end}${after}`;
  }, text);
}
