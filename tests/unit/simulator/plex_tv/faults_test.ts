/** The faults of the simulated plex.tv, as a client sees them. */
import assert from "node:assert/strict";
import { type PlexTvFault, startPlexTv } from "../../../../src/simulator/plex_tv/mod.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";

/** The answer to a request while plex.tv has a fault. */
async function ask(fault: PlexTvFault): Promise<{ response: Response; text: string }> {
  const plexTv = await startPlexTv({ clock: new DrivenClock() });
  try {
    plexTv.setFault(fault);
    const response = await fetch(`http://127.0.0.1:${plexTv.port}/api/v2/pins`, {
      redirect: "manual",
    });
    return { response, text: await response.text() };
  } finally {
    await plexTv.close();
  }
}

Deno.test("a status has plex.tv's error as its body, and a Retry-After if that is wanted", async () => {
  const { response, text } = await ask({ kind: "status", status: 429, retryAfterS: 7 });
  assert.deepEqual([response.status, response.headers.get("retry-after")], [429, "7"]);
  assert.equal(JSON.parse(text).errors[0].status, 429);
});

Deno.test("a login page, other JSON or a redirect replaces the answer, and a connection may be cut", async () => {
  const page = await ask({ kind: "login page" });
  assert.deepEqual([page.response.status, page.text.startsWith("<html>")], [200, true]);
  assert.equal((await ask({ kind: "other json", body: [1] })).text, "[1]");
  const { response } = await ask({ kind: "redirect", to: "https://portal.example/" });
  assert.deepEqual(
    [response.status, response.headers.get("location")],
    [302, "https://portal.example/"],
  );
  await assert.rejects(ask({ kind: "cut" }));
});
