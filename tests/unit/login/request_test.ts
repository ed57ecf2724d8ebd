/** One request by HTTP. */
import assert from "node:assert/strict";
import { requestJson, type Result } from "../../../src/login/request.ts";
import { startPlexTv } from "../../../src/simulator/plex_tv/mod.ts";
import { DrivenClock } from "../../testing/driven_clock.ts";

const readValue = (body: unknown) => (body as { readonly value?: number } | undefined)?.value;

/** Requests JSON from a server that answers every request like this. */
async function ask(
  respond: (request: Request) => Response | Promise<Response>,
  method: "GET" | "POST" = "GET",
): Promise<Result<number>> {
  const clock = new DrivenClock();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, respond);
  try {
    const answer = await requestJson({
      url: `http://127.0.0.1:${server.addr.port}/a?b=c`,
      method,
      headers: { "X-Test": "1" },
      parse: readValue,
      clock,
      timeoutMs: 5_000,
      signal: new AbortController().signal,
    });
    assert.equal(clock.pendingTimers, 0);
    return answer;
  } finally {
    await server.shutdown();
  }
}

Deno.test("a request has its method and headers, and an answer its value, time and duration", async () => {
  const answer = await ask(async ({ body, headers, method, url }) => {
    await body?.cancel();
    assert.equal(headers.get("x-test"), "1");
    assert.ok(method === "POST" && url.endsWith("/a?b=c"));
    return Response.json({ value: 7 }, { headers: { "Date": "Sat, 28 Nov 2026 12:00:00 GMT" } });
  }, "POST");
  const dateMs = Date.UTC(2026, 10, 28, 12);
  assert.deepEqual(answer, { ok: true, value: 7, dateMs, durationMs: 0 });
});

Deno.test("an answer that is not the requested JSON, or too large, is malformed", async () => {
  for (
    const body of ["<html>", "", "{", '{"value":', "{}", `{"value":7,"a":"${"b".repeat(5e6)}"}`]
  ) {
    const answer = await ask(() => new Response(body));
    assert.deepEqual(answer, { ok: false, problem: { kind: "malformed" } }, body.slice(0, 20));
  }
});

Deno.test("a status has its Retry-After, and a redirect is not followed", async () => {
  const tooMany = await ask(() =>
    new Response("x", { status: 429, headers: { "Retry-After": "9" } })
  );
  assert.deepEqual(tooMany, {
    ok: false,
    problem: { kind: "status", status: 429, retryAfterMs: 9_000 },
  });
  let requests = 0;
  const moved = await ask(() => {
    requests += 1;
    return new Response(null, { status: 302, headers: { "Location": "/elsewhere" } });
  });
  assert.ok(!moved.ok && moved.problem.kind === "status" && moved.problem.status === 302);
  assert.equal(requests, 1);
});

Deno.test("a request without an answer ends after its time, and at once on the signal", async () => {
  const clock = new DrivenClock();
  const silent = await startPlexTv({ clock });
  clock.exclude(silent);
  silent.setFault({ kind: "hang" });
  const end = new AbortController();
  const request = (signal = new AbortController().signal) =>
    requestJson({
      url: `http://127.0.0.1:${silent.port}/`,
      headers: {},
      parse: readValue,
      clock,
      timeoutMs: 5_000,
      signal,
    });
  const late = request();
  const interrupted = request(end.signal);
  await clock.advance(4_999);
  assert.equal(clock.pendingTimeouts, 2);
  end.abort();
  const { ok, problem } = await interrupted as Extract<Result<number>, { ok: false }>;
  assert.deepEqual([ok, problem.kind], [false, "error"]);
  await clock.advance(1);
  assert.deepEqual(await late, { ok: false, problem: { kind: "timeout", timeoutMs: 5_000 } });
  const early = await request(end.signal);
  assert.ok(!early.ok && early.problem.kind === "error");
  await silent.close();
});
