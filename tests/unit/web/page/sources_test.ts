import assert from "node:assert/strict";
import { listed, SERVER, START } from "../../../testing/core_builders.ts";
import { later, pageOf, partOf, UNKNOWN_SERVER, up } from "../../../testing/page_states.ts";

Deno.test("sources shows the age of each source, and that events are connected", () => {
  assert.equal(
    partOf(pageOf([up()], 5), "sources"),
    "Sources sessions 5 s ago server 5 s ago libraries 5 s ago resources 5 s ago " +
      "bandwidth 5 s ago activities 5 s ago jobs 5 s ago history 5 s ago dvr no recorder " +
      "events connected",
  );
});

Deno.test("sources shows how often and how a source fails, and that it is stale", () => {
  const failing = later(
    up(),
    {
      type: "request_ended",
      at: START,
      endpoint: "/status/sessions",
      outcome: "timeout",
      durationMs: 9,
    },
    listed(START + 110_000),
  );
  const sources = partOf(pageOf([failing], 120), "sources");
  assert.match(sources, /sessions 10 s ago 1 of 2 requests failed \(timeout\)/);
  assert.match(sources, /server 2 min ago libraries 2 min ago/);
  assert.match(sources, /resources stale: 2 min ago/);
});

Deno.test("sources shows which sources need Plex Pass", () => {
  const free = later(
    UNKNOWN_SERVER,
    { type: "server_described", at: START, server: { ...SERVER, plexPass: false } },
    listed(START),
    { type: "source_unavailable", at: START, source: "resources" },
    { type: "source_unavailable", at: START, source: "bandwidth" },
    { type: "source_unavailable", at: START, source: "dvr" },
  );
  const sources = partOf(pageOf([free]), "sources");
  assert.match(sources, /resources needs Plex Pass bandwidth needs Plex Pass/);
  assert.match(sources, /dvr needs Plex Pass/);
  assert.match(sources, /activities not read yet/);
  assert.match(partOf(pageOf([free]), "servers"), /no Plex Pass/);
});

Deno.test("sources shows what needs the owner's token", () => {
  const guest = later(
    UNKNOWN_SERVER,
    { type: "sessions_denied", at: START },
    { type: "source_unavailable", at: START, source: "bandwidth" },
  );
  const sources = partOf(pageOf([guest]), "sources");
  assert.match(sources, /sessions needs the owner's token/);
  assert.match(sources, /bandwidth needs the owner's token/);
  assert.match(sources, /events needs the owner's token/);
});

Deno.test("sources shows a lost socket and counts reconnects", () => {
  const lost = later(up(), { type: "socket_changed", at: START, connected: false });
  assert.match(partOf(pageOf([lost]), "sources"), /events lost: polling instead/);
  const back = later(lost, { type: "socket_changed", at: START, connected: true });
  assert.match(partOf(pageOf([back]), "sources"), /events connected 1 reconnect$/);
});
