import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Result } from "../../../src/plex/request.ts";
import { makeAuthority, makeSelfSigned } from "../../testing/certificates.ts";
import {
  replyRaw,
  TOKEN,
  withClient,
  withRawServer,
  withServer,
} from "../../testing/plex_fixture.ts";

const IDENTITY = { MediaContainer: { machineIdentifier: "m", version: "1" } };

function identityOf(answer: Response | (() => Response | Promise<Response>)) {
  return withServer(
    () => typeof answer === "function" ? answer() : answer,
    (url) => withClient(url, (client) => client.identity()),
  );
}

/** The failure of an answer, whose detail must contain no secret and no ephemeral port. */
function failureOf(answer: Result<unknown>): string {
  assert.ok(!answer.ok, "it did not fail");
  assert.doesNotMatch(answer.detail, /s3cret|\/\/\S*@|X-Plex-Token|:\d{4,5}\b/);
  return answer.failure;
}

Deno.test("a request has the token in a header, and nowhere else", async () => {
  let seen: { url: URL; headers: Headers } | undefined;
  await withServer(
    (request) => {
      seen = { url: new URL(request.url), headers: new Headers(request.headers) };
      return Response.json(IDENTITY);
    },
    (url) => withClient(`${url}/plex/`, (client) => client.bandwidth(1718387600.9)),
  );
  assert.ok(seen);
  assert.equal(seen.url.pathname, "/plex/statistics/bandwidth");
  assert.equal(seen.url.search, "?timespan=6&at%3E=1718387600");
  assert.equal(seen.headers.get("x-plex-token"), TOKEN);
  assert.equal(seen.headers.get("accept"), "application/json");
  assert.equal(seen.headers.get("x-plex-client-identifier"), "prometheus-plex-exporter");
});

Deno.test("a request is reported with its outcome, and its result has the time of its beginning", async () => {
  await withServer(
    ({ url }) =>
      url.endsWith("/identity") ? Response.json(IDENTITY) : new Response("", { status: 404 }),
    (url) =>
      withClient(url, async (client, events) => {
        const before = Date.now() - 1000;
        const answer = await client.identity();
        assert.ok(answer.ok && answer.at >= before);
        assert.deepEqual(answer.value, { id: "m", version: "1" });
        await client.resources();
        assert.deepEqual(
          events.map((event) => event.type === "request_ended" && [event.endpoint, event.outcome]),
          [["/identity", "ok"], ["/statistics/resources", "not_found"]],
        );
        for (const event of events) {
          assert.ok(event.type === "request_ended" && event.durationMs >= 0);
          assert.ok(event.at >= answer.at);
        }
      }),
  );
});

Deno.test("Retry-After is returned in milliseconds", async () => {
  const wait = async (value: string) => {
    const answer = await identityOf(
      new Response("", { status: 429, headers: { "retry-after": value } }),
    );
    return answer.ok ? undefined : answer.retryAfterMs;
  };
  assert.equal(await wait("7"), 7000);
  assert.equal(await wait("soon"), undefined);
  assert.equal(await wait("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  const later = await wait(new Date(Date.now() + 60_000).toUTCString());
  assert.ok(later !== undefined && later > 50_000 && later <= 60_000);
});

Deno.test("a redirect is not followed, since the token would be sent to its target", async () => {
  let visited = false;
  await withServer(
    () => {
      visited = true;
      return Response.json(IDENTITY);
    },
    async (elsewhere) => {
      const location = `${elsewhere}/login?X-Plex-Token=${TOKEN}`;
      const answer = await identityOf(new Response(null, { status: 302, headers: { location } }));
      assert.equal(!answer.ok && answer.failure, "other");
      assert.equal(
        !answer.ok && answer.detail,
        `Redirected (302) to ${elsewhere}, not followed: set PLEX_SERVER to the address at ` +
          "which Plex itself answers",
      );
    },
  );
  assert.equal(visited, false);
  const nowhere = await identityOf(new Response(null, { status: 301 }));
  assert.match(nowhere.ok ? "" : nowhere.detail, /to nowhere/);
});

Deno.test("a body over the limit ends early, also when it was compressed", async () => {
  let cancelled = false;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)),
        cancel: () => void (cancelled = true),
      }),
    );
  const blanks = new Blob([new Uint8Array(4_000_000).fill(32)]);
  const bomb = await new Response(blanks.stream().pipeThrough(new CompressionStream("gzip")))
    .bytes();
  const zipped = () => new Response(bomb, { headers: { "content-encoding": "gzip" } });
  for (const answer of [endless, zipped]) {
    await withServer(
      answer,
      (url) =>
        withClient(url, async (client) => {
          const answer = await client.identity();
          assert.equal(failureOf(answer), "malformed");
          assert.equal(!answer.ok && answer.detail, "The answer exceeds 100000 bytes");
        }, { maxBodyBytes: 100_000 }),
    );
  }
  assert.ok(cancelled);
});

Deno.test("the timeout covers headers and body", async () => {
  for (const head of ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"]) {
    await withRawServer(
      (connection) => replyRaw(connection, head),
      (url) =>
        withClient(url, async (client, events) => {
          const answer = await client.identity();
          assert.equal(failureOf(answer), "timeout");
          assert.equal(!answer.ok && answer.detail, "No answer within 100 ms");
          assert.equal(events.length, 1);
        }, { timeoutMs: 100 }),
    );
  }
});

Deno.test("the signal ends a request at once, and it is not reported", async () => {
  const stop = new AbortController();
  await withRawServer(async (connection) => {
    await connection.read(new Uint8Array(8192));
    stop.abort();
  }, (url) =>
    withClient(url, async (client, events) => {
      const answer = await client.identity();
      assert.equal(!answer.ok && answer.detail, "Stopped before the answer");
      assert.equal((await client.identity()).ok, false);
      assert.deepEqual(events, []);
    }, { signal: stop.signal }));
});

Deno.test("a port without a listener and an unknown host name are refused", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  listener.close();
  const unknown = ["http://nobody.invalid:32400"];
  for (const server of [`http://127.0.0.1:${listener.addr.port}`, ...unknown]) {
    assert.equal(failureOf(await withClient(server, (client) => client.identity())), "refused");
  }
});

Deno.test("a connection that is closed or reset before an answer is refused", async () => {
  await withRawServer(async (connection) => {
    await connection.read(new Uint8Array(8192));
    connection.close();
  }, async (url) => {
    const answer = await withClient(url, (client) => client.identity());
    assert.equal(failureOf(answer), "refused");
    assert.equal(!answer.ok && answer.detail, "The connection was closed before an answer");
  });
});

Deno.test("an answer that is cut off is malformed", async () => {
  const heads = [
    'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"MediaContainer":',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"M\r\n',
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
  ];
  for (const head of [...heads, "hello\r\n\r\n"]) {
    await withRawServer(async (connection) => {
      await replyRaw(connection, head);
      connection.close();
    }, async (url) => {
      const answer = await withClient(url, (client) => client.identity());
      assert.equal(failureOf(answer), "malformed", head);
    });
  }
});

Deno.test("a request on a reused connection that was reset is repeated once", async () => {
  const body = JSON.stringify(IDENTITY);
  const good = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  let connections = 0;
  await withRawServer(async (connection, nth) => {
    connections = nth;
    await replyRaw(connection, good);
    await connection.read(new Uint8Array(8192));
    connection.close();
  }, (url) =>
    withClient(url, async (client) => {
      for (let nth = 0; nth < 3; nth++) assert.ok((await client.identity()).ok);
    }));
  assert.equal(connections, 3);
});

Deno.test("the message about an untrusted certificate says what to do", async () => {
  const authority = await makeAuthority();
  await withServer(() => Response.json(IDENTITY), async (url) => {
    const answer = await withClient(url, (client) => client.identity());
    assert.equal(failureOf(answer), "other");
    assert.match(answer.ok ? "" : answer.detail, /UnknownIssuer.*PLEX_CA_FILE.*SKIP_TLS/);
    const trusting = { caCerts: () => [authority.cert] };
    assert.ok((await withClient(url, (client) => client.identity(), trusting)).ok);
  }, await authority.issue());
});

Deno.test("a certificate for another name has its own message", async () => {
  const authority = await makeAuthority();
  await withServer(() => Response.json(IDENTITY), async (url) => {
    const trusting = { caCerts: () => [authority.cert] };
    const answer = await withClient(url, (client) => client.identity(), trusting);
    assert.match(answer.ok ? "" : answer.detail, /only valid for DnsName\("elsewhere\.example"\)/);
  }, await authority.issue({ name: "elsewhere.example", addresses: [] }));
});

Deno.test("http and https are distinguished", async () => {
  await withServer(() => Response.json(IDENTITY), async (url) => {
    const answer = await withClient(url.replace("http:", "https:"), (client) => client.identity());
    assert.equal(failureOf(answer), "other");
    assert.match(answer.ok ? "" : answer.detail, /does not use HTTPS/);
  });
  await withServer(() => Response.json(IDENTITY), async (url) => {
    const answer = await withClient(url.replace("https:", "http:"), (client) => client.identity());
    assert.equal(failureOf(answer), "malformed");
    assert.match(answer.ok ? "" : answer.detail, /begin with https:/);
  }, await makeSelfSigned());
});

Deno.test("a request never rejects because of its token, and its detail never contains the token", async () => {
  const tokens = fc.oneof(
    fc.string({ unit: "binary", minLength: 8 }),
    fc.stringMatching(/^[A-Za-z0-9+=._\n-]{20,40}$/),
  );
  await withServer(
    ({ headers }) => Response.json({ status: headers.get("x-plex-token") }, { status: 503 }),
    (url) =>
      fc.assert(
        fc.asyncProperty(tokens, async (token) => {
          const answer = await withClient(url, (client) => client.identity(), {
            token: () => token,
          });
          assert.equal(!answer.ok && answer.failure, "unavailable");
          assert.ok(!answer.ok && !answer.detail.includes(token), "the token shows");
          const sent = token.replaceAll(/[^\x21-\x7e]/g, "");
          assert.ok(sent.length < 8 || !answer.detail.includes(sent), "what was sent shows");
        }),
        { numRuns: 30 },
      ),
  );
});

Deno.test("a password in the server's address is not sent", async () => {
  await withServer((request) => {
    assert.equal(request.headers.get("authorization"), null);
    return new Response("", { status: 500 });
  }, async (url) => {
    const server = url.replace("//", "//user:hunter22@");
    const answer = await withClient(server, (client) => client.identity());
    assert.ok(!answer.ok && !JSON.stringify(answer).includes("hunter22"));
  });
});
