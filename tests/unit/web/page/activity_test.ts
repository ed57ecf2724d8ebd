import assert from "node:assert/strict";
import type { ServerEvent } from "../../../../src/core/event.ts";
import { SERVER, START } from "../../../testing/core_builders.ts";
import { later, pageOf, partOf, up } from "../../../testing/page_states.ts";

const at = START;
const pass: ServerEvent = { type: "server_described", at, server: { ...SERVER, plexPass: true } };

const accounts = (...names: readonly string[]): ServerEvent => ({
  type: "accounts_listed",
  at,
  accounts: new Map(names.map((name, index) => [String(index + 1), name])),
});

const downloads = (...ids: readonly string[]): ServerEvent => ({
  type: "activities_listed",
  at,
  activities: new Map(
    ids.map((downloaderId, index) => [String(index), { type: "download", downloaderId }]),
  ),
});

const shown = (...events: readonly ServerEvent[]) =>
  partOf(pageOf([later(up(), pass, ...events)]), "servers");

Deno.test("activityFacts names each kind of activity once, and nothing of a server that is idle", () => {
  const activities = new Map(
    (["library_scan", "library_scan", "analysis"] as const)
      .map((type, index) => [String(index), { type }]),
  );
  const running = shown({ type: "activities_listed", at, activities });
  assert.match(running, /memory 48 % scanning a library analysing media$/);
  assert.match(shown(), /memory 48 %$/);
});

Deno.test("activityFacts shows how many downloads are under way, and whose", () => {
  const running = shown(accounts("ada", "brook", "cleo"), downloads("1", "1", "2"));
  assert.match(running, /memory 48 % 3 downloads by ada, brook$/);
  assert.match(shown(accounts("ada"), downloads("1")), /1 download by ada$/);
});

Deno.test("activityFacts names five users at most, and none without Plex Pass", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const all = downloads("1", "2", "3", "4", "5", "6");
  assert.match(shown(accounts(...names), all), /6 downloads by a, b, c, d, e and others$/);
  const free = { ...pass, server: { ...SERVER, plexPass: false } };
  assert.match(shown(accounts("a"), all, free), /preparing downloads$/);
});

Deno.test("activityFacts shows background jobs if there are any", () => {
  const jobs = (transcode: number): ServerEvent => ({
    type: "jobs_listed",
    at,
    jobs: { transcode, other: 0 },
  });
  assert.match(shown(jobs(2)), /memory 48 % 2 background jobs$/);
  assert.match(shown(jobs(1)), /1 background job$/);
  assert.match(shown(jobs(0)), /memory 48 %$/);
});

Deno.test("activityFacts shows the name of a user as text", () => {
  const page = pageOf([later(up(), pass, accounts("<b>x</b>"), downloads("1"))]);
  assert.ok(!page.includes("<b>"));
});
