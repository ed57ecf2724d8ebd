import assert from "node:assert/strict";
import { isScanning } from "../../../src/core/activities.ts";
import type { ServerEvent } from "../../../src/core/event.ts";
import { after, listed, START } from "../../testing/core_builders.ts";

const S = 1000;

/** Two libraries, the first of which is listed as scanning or not. */
function libraries(scanning = false): ServerEvent {
  const library = { title: "Films", type: "movie", otherVideos: false, scanning: false } as const;
  return {
    type: "libraries_listed",
    at: START,
    libraries: [{ ...library, id: "1", scanning }, { ...library, id: "2" }],
    withSizes: false,
  };
}

function scan(libraryId: string | undefined, ended = false): ServerEvent {
  const activity = { type: "library_scan", libraryId } as const;
  return { type: "activity_notified", at: START, id: "a", activity, ended };
}

const idle: ServerEvent = { type: "activities_listed", at: START, activities: new Map() };

const scanned = (at: number, ...events: readonly ServerEvent[]) => {
  const state = after(listed(START), idle, ...events);
  return [...state.libraries?.values() ?? []].map((library) => isScanning(state, library, at));
};

Deno.test("isScanning is true for a library that is listed as scanning", () => {
  assert.deepEqual(scanned(START, libraries(true)), [true, false]);
});

Deno.test("isScanning is true for a library that a running scan names, until it ends", () => {
  assert.deepEqual(scanned(START, libraries()), [false, false]);
  assert.deepEqual(scanned(START, libraries(), scan("2")), [false, true]);
  assert.deepEqual(scanned(START, libraries(), scan("2"), scan("2", true)), [false, false]);
});

Deno.test("isScanning is true for a scan in the list of activities", () => {
  const activities = new Map([["b", { type: "library_scan", libraryId: "1" } as const]]);
  assert.deepEqual(
    scanned(START, libraries(), { type: "activities_listed", at: START, activities }),
    [true, false],
  );
});

Deno.test("isScanning ignores other activities, and scans that name no library", () => {
  const analysis: ServerEvent = {
    type: "activity_notified",
    at: START,
    id: "a",
    activity: { type: "analysis", libraryId: "1" },
    ended: false,
  };
  assert.deepEqual(scanned(START, libraries(), analysis, scan(undefined)), [false, false]);
});

Deno.test("isScanning ignores a scan whose end was missed once the activities are stale", () => {
  assert.deepEqual(scanned(START + 180 * S, libraries(), scan("1")), [true, false]);
  assert.deepEqual(scanned(START + 181 * S, libraries(), scan("1")), [false, false]);
});
