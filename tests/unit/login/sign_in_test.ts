/** Signing in by PIN, without a network: which requests follow which answers. */
import assert from "node:assert/strict";
import { Secret } from "../../../src/config/mod.ts";
import type { PlexTvClient } from "../../../src/login/plex_tv.ts";
import { LoginError } from "../../../src/login/problems.ts";
import type { Result } from "../../../src/login/request.ts";
import type { Pin } from "../../../src/login/schema.ts";
import { signIn } from "../../../src/login/sign_in.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

const TOKEN = new Secret("account-token");
const GONE: Result<Pin> = { ok: false, problem: { kind: "status", status: 404 } };

function pin(more: Partial<Pin> = {}): Result<Pin> {
  const value = { id: "1", code: "AB12", lifetimeMs: 60_000, token: undefined, ...more };
  return { ok: true, value, dateMs: undefined, durationMs: 1 };
}

/** Signs in where plex.tv answers each reading of the PIN by `read`; the last answer is repeated. */
async function run(read: readonly Result<Pin>[], { isTerminal = false, lifetimeMs = 60_000 } = {}) {
  const clock = new DrivenClock();
  const readAt: number[] = [];
  const lines: string[] = [];
  const plexTv: PlexTvClient = {
    createPin: () => Promise.resolve(pin({ lifetimeMs })),
    readPin: () => {
      readAt.push(clock.now() - beganAt);
      return Promise.resolve(read[Math.min(readAt.length, read.length) - 1] ?? GONE);
    },
    servers: () => Promise.reject(new Error("not asked here")),
  };
  const beganAt = clock.now();
  const display = { line: (text: string) => void lines.push(text), countdown: () => {} };
  const signal = new AbortController().signal;
  const options = { clock, random: () => 0.5, signal, display, isTerminal };
  const result = signIn(plexTv, options).catch((error) => error);
  await clock.advance(10 * 60_000);
  return { result: await result, readAt, lines };
}

Deno.test("the sign-in ends with the token, after polling every two seconds", async () => {
  const { readAt, result } = await run([pin(), pin(), pin({ token: TOKEN })]);
  assert.equal(result, TOKEN);
  assert.deepEqual(readAt, [2_000, 4_000, 6_000]);
});

Deno.test("the PIN is read once more when its lifetime is over", async () => {
  const { readAt, result } = await run([pin(), pin(), pin({ token: TOKEN })], {
    lifetimeMs: 5_500,
  });
  assert.equal(result, TOKEN);
  assert.deepEqual(readAt, [2_000, 4_000, 5_500]);
});

Deno.test("a code that is gone is replaced three times on a terminal, otherwise the sign-in fails", async () => {
  const alone = await run([GONE]);
  assert.ok(alone.result instanceof LoginError);
  assert.equal(alone.readAt.length, 1);
  const watched = await run([GONE], { isTerminal: true });
  assert.ok(watched.result instanceof LoginError);
  assert.equal(watched.readAt.length, 4);
  assert.equal(watched.lines.filter((line) => line.includes("Here is a new one")).length, 3);
});

Deno.test("failures in a row make the waits longer, and a good answer ends that", async () => {
  const failure: Result<Pin> = { ok: false, problem: { kind: "timeout", timeoutMs: 1 } };
  const answers = [
    failure,
    failure,
    failure,
    failure,
    failure,
    pin(),
    pin(),
    pin({ token: TOKEN }),
  ];
  const { readAt, result } = await run(answers, { lifetimeMs: 600_000 });
  assert.equal(result, TOKEN);
  const waits = readAt.map((at, index) => at - (readAt[index - 1] ?? 0));
  assert.ok(waits.slice(1, 6).every((wait, index) => wait >= (waits[index] ?? 0)), waits.join());
  assert.ok((waits[5] ?? 0) > 10_000);
  assert.deepEqual(waits.slice(6), [2_000, 2_000]);
});
