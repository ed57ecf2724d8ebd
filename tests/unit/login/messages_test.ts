/** What `login` tells the user. */
import assert from "node:assert/strict";
import { clockNote, codeLines, probingLine, serverLines } from "../../../src/login/messages.ts";

Deno.test("the code is the last word of a line that says where to enter it", () => {
  const text = codeLines("AB12").join("\n");
  assert.match(text, /https:\/\/plex\.tv\/link .*enter the code AB12$/m);
  assert.match(text, /https:\/\/plex\.tv\/link\/\?pin=AB12$/m);
});

Deno.test("a clock that is wrong by two minutes or more is noted, with the two largest units", () => {
  const nowMs = Date.UTC(2026, 10, 28);
  const note = (aheadMs: number) => clockNote(nowMs - aheadMs, nowMs).join();
  assert.equal(note(119_000), "");
  assert.equal(note(-119_000), "");
  assert.match(note(120_000), /is 2 min ahead of that of plex\.tv/);
  assert.match(note(-(3 * 3600_000 + 5 * 60_000)), /is 3 h 5 min behind that/);
  assert.match(note(50 * 3600_000 + 60_000), /is 2 d 2 h ahead/);
  assert.deepEqual(clockNote(undefined, nowMs), []);
});

const SERVER = {
  name: "attic",
  id: "id",
  version: "1.43.3",
  isOwned: true,
  owner: undefined,
  token: undefined,
  connections: [],
};

Deno.test("the line before the servers names the only one, or counts them", () => {
  const after = "One that does not answer takes 5 s.";
  assert.equal(probingLine([SERVER], 5_000), `Trying the addresses of attic. ${after}`);
  assert.equal(
    probingLine([SERVER, SERVER], 5_000),
    `Trying the addresses of 2 servers. ${after}`,
  );
});

Deno.test("a server has a line, and each of its addresses", () => {
  const local = { url: "https://a.plex.direct:32400", isLocal: true, isSecure: true };
  const remote = { url: "https://b:1", isLocal: false, isSecure: true };
  assert.deepEqual(
    serverLines(SERVER, [
      { address: local, answers: true, durationMs: 12 },
      { address: remote, answers: false, reason: "connection refused" },
    ]),
    [
      "",
      "attic: yours, Plex 1.43.3",
      "  ok    https://a.plex.direct:32400  local   answers in 12 ms",
      "  no    https://b:1                  remote  does not answer: connection refused",
    ],
  );
  assert.deepEqual(serverLines({ ...SERVER, isOwned: false, owner: "bob" }, []), [
    "",
    "attic: shared by bob, Plex 1.43.3",
    "  no    plex.tv lists no address of it",
  ]);
  assert.match(serverLines({ ...SERVER, isOwned: false }, [])[1] ?? "", /: shared with you, /);
});
