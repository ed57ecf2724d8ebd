/** The `check` command on simulated Plex servers: what works, and what to do about what does not. */
import assert from "node:assert/strict";
import { check, type Findings } from "../../src/check.ts";
import { readConfig } from "../../src/config.ts";
import { type PlexOptions, type SimulatedPlex, startPlex } from "../../src/demo/plex.ts";
import { systemClock } from "../../src/time.ts";

interface Case extends Partial<PlexOptions> {
  readonly before?: (plex: SimulatedPlex) => void;
  readonly token?: (plex: SimulatedPlex) => string;
  readonly urls?: (plex: SimulatedPlex) => string;
}

async function findings(
  { before, token = (plex) => plex.ownerToken, urls = ({ url }) => url, ...options }: Case,
): Promise<Findings & { text: string }> {
  const plex = await startPlex({ clock: systemClock, plexPass: true, ...options });
  try {
    before?.(plex);
    await plex.settled();
    const settings: Record<string, string> = {
      PLEX_SERVER: urls(plex),
      PLEX_TOKEN: token(plex),
      PLEX_CLIENT_TIMEOUT_SECONDS: "2",
    };
    const { config, warnings } = readConfig({
      environment: (name) => settings[name],
      readText: () => "",
    });
    assert.ok(config);
    const found = await check(config, warnings, systemClock);
    const text = found.lines.join("\n");
    for (const secret of [plex.ownerToken, plex.guestToken]) assert.ok(!text.includes(secret));
    return { ...found, text };
  } finally {
    await plex.close();
  }
}

Deno.test("check says in plain words that all is well", async () => {
  const { good, text } = await findings({});
  assert.ok(good, text);
  for (const word of ["reached: Plex", "token accepted", "owner's", "Films (movie)", "Plex Pass"]) {
    assert.ok(text.includes(word), `${word} in\n${text}`);
  }
  assert.match(text, /WebSocket opens/);
});

Deno.test("check finds Plex away, and says what to look at", async () => {
  const { good, text } = await findings({
    before: ({ faults }) => void faults.set({ kind: "refuse" }),
  });
  assert.equal(good, false);
  assert.match(text, /FAIL {2}no connection: is Plex running, and PLEX_SERVER right\?/);
});

Deno.test("check tells a wrong token from a guest's", async () => {
  const wrong = await findings({ token: () => "not-the-token-at-all" });
  assert.equal(wrong.good, false);
  assert.match(wrong.text, /FAIL {2}Plex rejects the token: check PLEX_TOKEN or its file/);
  const guest = await findings({ token: (plex) => plex.guestToken });
  assert.equal(guest.good, false);
  assert.match(guest.text, /the token is a guest's/);
  assert.match(guest.text, /no CPU, memory and bytes sent: they need the owner's token/);
});

Deno.test("check takes a server without Plex Pass as it is", async () => {
  const { good, text } = await findings({ plexPass: false });
  assert.ok(good, text);
  assert.match(text, /note {2}no CPU, memory and bytes sent: they need Plex Pass/);
});

Deno.test("check notices a proxy that lets no WebSocket through", async () => {
  const { good, text } = await findings({
    before: ({ faults }) =>
      void faults.set({ kind: "not found" }, { path: "/:/websockets/notifications" }),
  });
  assert.equal(good, false);
  assert.match(text, /FAIL {2}no notifications: .*404.*does a proxy before Plex pass WebSockets\?/);
});

Deno.test("check notices two addresses of one server", async () => {
  const { good, text } = await findings({
    urls: ({ url }) => `${url},${url.replace("127.0.0.1", "localhost")}`,
  });
  assert.equal(good, false);
  assert.match(text, /the same server as 127\.0\.0\.1:\d+: leave one of the two out/);
});
