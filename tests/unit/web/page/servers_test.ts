import assert from "node:assert/strict";
import { SERVER, session, START } from "../../../testing/core_builders.ts";
import { later, pageOf, partOf, UNKNOWN_SERVER, up } from "../../../testing/page_states.ts";

Deno.test("serversSection shows a server that was not reached yet by its address", () => {
  const page = pageOf([UNKNOWN_SERVER]);
  assert.match(partOf(page, "servers"), /plex\.example:32400 Not reached yet/);
  assert.match(partOf(page, "playing"), /Not known yet/);
  assert.equal(partOf(page, "libraries"), "");
});

Deno.test("serversSection shows version, Plex Pass, events, token and load of a server that is up", () => {
  const servers = partOf(pageOf([up()]), "servers");
  assert.match(servers, /home Up/);
  assert.match(
    servers,
    /Plex 1\.42\.1 on Linux Plex Pass events connected last answer 2 s ago token accepted/,
  );
  assert.match(servers, /up since 13:00/);
  assert.match(servers, /host CPU 12 %, memory 48 %/);
});

Deno.test("serversSection shows since when and why a server is down, and what to do", () => {
  const down = later(
    up(session()),
    { type: "poll_failed", at: START + 60_000, failure: "refused" },
    { type: "poll_failed", at: START + 65_000, failure: "refused", retryAt: START + 265_000 },
    { type: "socket_changed", at: START + 60_000, connected: false },
  );
  assert.match(partOf(pageOf([down], 270), "servers"), /trying again/);
  const page = pageOf([down], 245);
  const servers = partOf(page, "servers");
  assert.match(servers, /home Down since 13:01, for 3 min last answer 4 min ago next try in 20 s/);
  assert.match(
    servers,
    /Cannot connect: check that Plex is running and that PLEX_SERVER is correct\./,
  );
  assert.match(partOf(page, "playing"), /Not known while Plex is down/);
  assert.equal(partOf(page, "libraries"), "");
});

Deno.test("serversSection shows the address once: as the name until that is known", () => {
  const times = (state: ReturnType<typeof up>) =>
    partOf(pageOf([state]), "servers").split("plex.example:32400").length - 1;
  const refused = { type: "poll_failed", at: START, failure: "refused" } as const;
  assert.equal(times(UNKNOWN_SERVER), 1, "before the first answer");
  assert.equal(times(later(UNKNOWN_SERVER, refused)), 1, "down from the start");
  assert.equal(times(up()), 1, "up");
  assert.equal(times(later(up(), refused, refused)), 1, "down after it was up");
  const nameless = { ...SERVER, name: "" };
  const described = later(up(), { type: "server_described", at: START, server: nameless });
  assert.equal(times(described), 1, "up without a name");
});

Deno.test("serversSection shows the date of an earlier day", () => {
  const down = later(UNKNOWN_SERVER, { type: "poll_failed", at: START, failure: "unauthorized" });
  const servers = partOf(pageOf([down], 86_400 * 3), "servers");
  assert.match(servers, /Down since 5 Jan, 13:00, for 3 d no answer so far/);
  assert.match(servers, /Plex rejects the token: check PLEX_TOKEN or its file\./);
});

Deno.test("serversSection shows the cause of a failure as text", () => {
  const detail = "Cannot trust the server's certificate (<b>Expired</b>): have it renewed";
  const down = later(UNKNOWN_SERVER, { type: "poll_failed", at: START, failure: "other", detail });
  const page = pageOf([down]);
  assert.match(partOf(page, "servers"), /The request failed\. Cannot trust .* have it renewed\./);
  assert.ok(!page.includes("<b>"));
});

Deno.test("serversSection shows a single failed poll of a server that is up", () => {
  const failing = later(up(), { type: "poll_failed", at: START + 1000, failure: "timeout" });
  const servers = partOf(pageOf([failing]), "servers");
  assert.match(servers, /home Up/);
  assert.match(servers, /The last poll failed\. Plex did not respond within the timeout\./);
});

Deno.test("serversSection says what to do about a token that is not the owner's", () => {
  const guest = later(
    UNKNOWN_SERVER,
    { type: "server_described", at: START, server: SERVER },
    { type: "sessions_denied", at: START },
  );
  const page = pageOf([guest]);
  const servers = partOf(page, "servers");
  assert.match(servers, /no events for a guest .*token of a guest/);
  assert.match(servers, /Put the token of the account that owns the server into PLEX_TOKEN/);
  assert.match(partOf(page, "playing"), /needs the owner's token/);
});

Deno.test("serversSection gives each server a heading, and marks the second URL of a server", () => {
  const attic = later(
    { ...up(), address: "attic.example:32400" },
    { type: "server_described", at: START, server: { ...SERVER, id: "other", name: "attic" } },
  );
  const duplicate = { ...up(session()), address: "10.0.0.9:32400" };
  const page = pageOf([up(session()), attic, duplicate]);
  const servers = partOf(page, "servers");
  assert.match(servers, /home Up .*attic Up .*home Duplicate/);
  assert.match(
    servers,
    /10\.0\.0\.9:32400 is the same server as home at plex\.example:32400: its metrics are exported once/,
  );
  assert.match(partOf(page, "playing"), /home .*The Long Road.* attic Nothing is playing\.$/);
  assert.match(partOf(page, "sources"), /^Sources home .* attic /);
});
