/** The `login` command on a simulated plex.tv: sign-in, servers, settings and every error. */
import assert from "node:assert/strict";
import { readConfig } from "../../src/config/mod.ts";
import type { Plan } from "../../src/login/mod.ts";
import type { PlexTvFault } from "../../src/simulator/plex_tv/mod.ts";
import { deviceOf, localConnection, withLogin, withServers } from "../testing/login_run.ts";
import { freePort } from "../testing/program.ts";

const MINUTE_MS = 60_000;

/** The servers that the settings are for, as the exporter reads them. */
function serversOf(plan: Plan | undefined): readonly (readonly [url: string, token: string])[] {
  const { value, problems } = readConfig({
    environment: () => undefined,
    dotenv: plan?.settings ?? "",
    readText: () => "",
  });
  assert.deepEqual(problems, undefined);
  return value?.servers.map(({ baseUrl, token }) => [baseUrl, token.reveal()] as const) ?? [];
}

Deno.test("login shows a code, waits, lists the server and gives settings that the exporter reads", async () => {
  await withServers(["attic"], async ([plex], clock) => {
    assert.ok(plex);
    await withLogin({ devices: [deviceOf(plex)] }, async (test) => {
      assert.match(test.text, /^ {2}Open https:\/\/plex\.tv\/link .*enter the code \w{4}$/m);
      await clock.advance(10_000);
      const plan = await test.finish();
      assert.ok(plan?.good);
      assert.deepEqual(serversOf(plan), [[plex.url, plex.ownerToken]]);
      assert.match(test.text, /Signed in as the device "exporter \(host\)"/);
      assert.match(test.text, /^attic: yours, Plex 1\.43\.3\.10828-a0bfb8370$/m);
      assert.match(
        test.text,
        /^ {2}ok {4}http:\/\/127\.0\.0\.1:\d+ {2}local {3}answers in \d+ ms$/m,
      );
      assert.match(test.text, /note: attic: plain HTTP, because no local HTTPS address answers/);
    }, clock);
  });
});

Deno.test("login sends the same identity with each request, and polls every two seconds", async () => {
  await withLogin({}, async ({ clock, plexTv }) => {
    await clock.advance(61_000);
    assert.equal(plexTv.requests.length, 1 + 60 / 2);
    for (const { headers, url } of plexTv.requests) {
      assert.equal(headers["x-plex-client-identifier"], "prometheus-plex-exporter-0123", url);
      assert.equal(headers["x-plex-device-name"], "exporter (host)");
      assert.equal(headers["x-plex-product"], "Prometheus Plex Exporter");
      assert.equal(headers["x-plex-version"], "1.2.3");
      assert.equal(headers["x-plex-token"], undefined);
    }
  });
});

Deno.test("invariant 12: login shows no token, puts none in a URL, and sends none to an address", async () => {
  await withServers(["attic"], async ([plex], clock) => {
    assert.ok(plex);
    await withLogin({ devices: [deviceOf(plex)] }, async (test) => {
      const { plexTv } = test;
      assert.ok((await test.finish())?.good);
      for (const token of [plexTv.accountToken, plex.ownerToken]) {
        assert.ok(!test.text.includes(token));
        assert.ok(!plexTv.requests.some(({ url }) => url.includes(token)));
      }
      assert.deepEqual(
        plexTv.requests.filter(({ headers }) => headers["x-plex-token"] !== undefined)
          .map(({ url }) => url),
        ["/api/v2/resources?includeHttps=1&includeRelay=0"],
      );
      // Plex gets one request, without a token: another server may have the address.
      assert.deepEqual(
        plex.requests.map(({ path, rawQuery }) => path + rawQuery),
        ["/identity"],
      );
    }, clock);
  });
});

Deno.test("login sends no token to an address where another server answers", async () => {
  const seen: Headers[] = [];
  const otherServer = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      seen.push(request.headers);
      return Response.json({ MediaContainer: { machineIdentifier: "another", version: "1.40" } });
    },
  );
  const url = `http://127.0.0.1:${otherServer.addr.port}`;
  const attic = { name: "attic", clientIdentifier: "id-of-attic", accessToken: "token-of-attic" };
  const devices = [{ ...attic, connections: [localConnection(url)] }];
  await withLogin({ devices }, async (test) => {
    const plan = await test.finish();
    assert.equal(plan?.good, false);
    assert.match(test.text, /no {4}http.* local {3}does not answer: another Plex server answers/);
    assert.match(test.text, /note: No address of attic answers from here\. Run login where/);
    // The settings have the token nevertheless: the address can be corrected by hand.
    assert.deepEqual(serversOf(plan), [[url, "token-of-attic"]]);
  });
  assert.equal(seen.length, 1);
  assert.equal(seen[0]?.get("x-plex-token"), null);
  await otherServer.shutdown();
});

Deno.test("login gives all own servers in one setting, names them, and leaves out those that are down", async () => {
  await withServers(["attic", "cabin", "cellar"], async (plexes, clock) => {
    const [attic, cabin, cellar] = plexes;
    assert.ok(attic && cabin && cellar);
    cellar.faults.set({ kind: "refuse" });
    await cellar.ready();
    const devices = [
      { name: "phone", clientIdentifier: "p", provides: "client,player", connections: [] },
      deviceOf(cellar),
      deviceOf(attic),
      deviceOf(cabin),
    ];
    await withLogin({ devices }, async (test) => {
      const plan = await test.finish();
      assert.ok(plan?.good);
      assert.deepEqual(plan.names, ["attic", "cabin"]);
      assert.deepEqual(serversOf(plan), [
        [attic.url, "token-of-attic-synthetic"],
        [cabin.url, "token-of-cabin-synthetic"],
      ]);
      assert.match(test.text, /local {3}does not answer: connection refused$/m);
      assert.match(test.text, /note: cellar is left out: none of its addresses answers from here/);
      assert.doesNotMatch(test.text, /phone/);
    }, clock);
  });
});

Deno.test("login with one token for all servers gives it once", async () => {
  await withServers(["attic", "cabin"], async (plexes, clock) => {
    // As plex.tv may list them: without tokens of their own.
    const devices = plexes.map((plex) => {
      const { accessToken: _, ...device } = deviceOf(plex);
      return device;
    });
    await withLogin({ devices }, async (test) => {
      const plan = await test.finish();
      const { accountToken } = test.plexTv;
      assert.match(plan?.settings ?? "", new RegExp(`^PLEX_TOKEN=${accountToken}$`, "m"));
      assert.deepEqual(serversOf(plan), plexes.map(({ url }) => [url, accountToken]));
    }, clock);
  });
});

Deno.test("login lists shared servers, and leaves them out of the settings beside own servers", async () => {
  await withServers(["attic", "friend"], async (plexes, clock) => {
    const [attic, friend] = plexes;
    assert.ok(attic && friend);
    const shared = deviceOf(friend, { owned: false, sourceTitle: "bob" });
    await withLogin({ devices: [shared, deviceOf(attic)] }, async (test) => {
      const plan = await test.finish();
      assert.match(test.text, /^friend: shared by bob, Plex 1\.43/m);
      assert.ok(plan?.good);
      assert.deepEqual(serversOf(plan), [[attic.url, attic.ownerToken]]);
    }, clock);
  });
});

Deno.test("login with only shared servers says what a guest's token shows, and gives no other token", async () => {
  await withServers(["friend", "uncle"], async (plexes, clock) => {
    const [friend, uncle] = plexes;
    assert.ok(friend && uncle);
    const { accessToken: _, ...withoutToken } = deviceOf(uncle, { owned: false });
    const devices = [
      deviceOf(friend, { owned: false, accessToken: friend.guestToken }),
      withoutToken,
    ];
    await withLogin({ devices }, async (test) => {
      const plan = await test.finish();
      assert.equal(plan?.good, false);
      assert.match(
        test.text,
        /note: This account owns no server\. With the token of a guest .*libraries/,
      );
      assert.match(test.text, /Sign in with the account of the owner/);
      // The account's token would open the whole account to the owner of the server.
      assert.deepEqual(serversOf(plan), [[friend.url, friend.guestToken]]);
    }, clock);
  });
});

Deno.test("login says what to do if the account has no server, or one without an address", async () => {
  for (
    const [devices, error] of [
      [[], /^error: This account has no Plex server\. Sign in to the server with this account/m],
      [
        [{ name: "attic", clientIdentifier: "a", connections: [] }],
        /^error: plex\.tv lists no address of attic\. Start the server/m,
      ],
    ] as const
  ) {
    await withLogin({ devices }, async (test) => {
      assert.equal(await test.finish(), undefined);
      assert.match(test.text, error);
      assert.equal(test.text.includes("Trying the addresses"), devices.length > 0);
    });
  }
});

Deno.test("login tries an address for five seconds, and all addresses at the same time", async () => {
  await withServers(["attic"], async ([plex], clock) => {
    assert.ok(plex);
    plex.faults.set({ kind: "hang" });
    const { port } = new URL(plex.url);
    const connections = ["127.0.0.1", "127.0.0.2", "127.0.0.3"].map((host) =>
      localConnection(`http://${host}:${host === "127.0.0.1" ? port : freePort()}`)
    );
    await withLogin({ devices: [deviceOf(plex, { connections })] }, async (test) => {
      test.plexTv.claim(test.code);
      await clock.advance(5_000);
      assert.match(test.text, /^Trying the addresses of attic\. One .* takes 5 s\.\n$/m);
      await clock.advance(5_000);
      assert.equal((await test.plan)?.good, false);
      assert.match(test.text, /does not answer: no answer within 5 s/);
      assert.equal(test.text.match(/connection refused/g)?.length, 2);
    }, clock);
  });
});

for (const keepsExpiredPins of [false, true]) {
  const answer = keepsExpiredPins ? "200" : "404";
  Deno.test(`login offers a new code on a terminal when plex.tv answers an expired one by ${answer}`, async () => {
    await withServers(["attic"], async ([plex], clock) => {
      assert.ok(plex);
      const options = { devices: [deviceOf(plex)], isTerminal: true, keepsExpiredPins };
      await withLogin(options, async (test) => {
        const { code: first, plexTv } = test;
        await clock.advance(15 * MINUTE_MS + 5_000);
        assert.match(test.text, /The code has expired\. Here is a new one:/);
        assert.notEqual(test.code, first);
        assert.throws(() => plexTv.claim(first));
        assert.ok((await test.finish())?.good);
      }, clock);
    });
  });

  Deno.test(`login without a terminal ends when plex.tv answers an expired code by ${answer}`, async () => {
    await withLogin({ keepsExpiredPins }, async (test) => {
      await test.clock.advance(15 * MINUTE_MS + 5_000);
      assert.equal(await test.plan, undefined);
      assert.match(
        test.text,
        /^error: The code expired before it was entered\. Run login again$/m,
      );
    });
  });
}

Deno.test("login requests at most four codes", async () => {
  await withLogin({ isTerminal: true }, async (test) => {
    await test.clock.advance(61 * MINUTE_MS);
    assert.equal(await test.plan, undefined);
    assert.equal(test.plexTv.requests.filter(({ method }) => method === "POST").length, 4);
    assert.match(test.text, /error: The code expired/);
  });
});

/** Faults of plex.tv when login requests a code, and what login says. */
const FAULTS: readonly (readonly [PlexTvFault, error: RegExp])[] = [
  [
    { kind: "status", status: 500 },
    /plex\.tv answered 500: it has a problem of its own\. Try again later/,
  ],
  [{ kind: "status", status: 503 }, /plex\.tv answered 503: .*status\.plex\.tv/],
  [{ kind: "status", status: 429 }, /plex\.tv answered 429: too many sign-ins .*some minutes/],
  [{ kind: "status", status: 418 }, /plex\.tv answered 418, .*newest version/],
  [{ kind: "login page" }, /The answer is not plex\.tv's: a proxy or a login page of the network/],
  [{ kind: "other json", body: { hello: "world" } }, /The answer is not plex\.tv's/],
  [
    { kind: "other json", body: { id: 1, code: "AB\u001b[2J", authToken: null } },
    /The answer is not plex\.tv's/,
  ],
  [{ kind: "redirect", to: "https://portal.example/" }, /answered 302, a redirect, .*not followed/],
  [{ kind: "cut" }, /Cannot reach plex\.tv \(.*\)\. Check that this machine is connected/],
  [{ kind: "hang" }, /plex\.tv does not answer within 15 s\. Check the connection/],
];

for (const [fault, error] of FAULTS) {
  const name = fault.kind === "status" ? `status ${fault.status}` : JSON.stringify(fault);
  Deno.test(`login says what to do about a plex.tv with the fault ${name}`, async () => {
    await withLogin({ before: (plexTv) => plexTv.setFault(fault) }, async (test) => {
      await test.clock.advance(20_000);
      assert.equal(await test.plan, undefined);
      assert.match(test.text, error);
      assert.equal(test.text.match(/^error: /gm)?.length, 1);
    });
  });
}

Deno.test("login says what to do without a network", async () => {
  await withLogin({ before: (plexTv) => void plexTv.close() }, async (test) => {
    assert.equal(await test.plan, undefined);
    assert.match(
      test.text,
      /^error: Cannot reach plex\.tv \(Connection refused\)\. Check that this machine is connected/m,
    );
  });
});

Deno.test("login continues when plex.tv fails for a while, and polls less often meanwhile", async () => {
  await withServers(["attic"], async ([plex], clock) => {
    assert.ok(plex);
    await withLogin({ devices: [deviceOf(plex)], isTerminal: true }, async (test) => {
      const { plexTv } = test;
      plexTv.setFault({ kind: "status", status: 503 });
      await clock.advance(5 * MINUTE_MS);
      assert.match(test.text, /left; plex\.tv does not answer, trying again/);
      const { length } = plexTv.requests;
      assert.ok(length < 30, `${length} requests`);
      plexTv.setFault(undefined);
      plexTv.claim(test.code);
      await clock.advance(MINUTE_MS);
      assert.ok((await test.plan)?.good);
    }, clock);
  });
});

Deno.test("login waits for as long as a 429 says", async () => {
  await withLogin({}, async ({ clock, plexTv }) => {
    plexTv.setFault({ kind: "status", status: 429, retryAfterS: 100 });
    await clock.advance(90_000);
    assert.equal(plexTv.requests.length, 2);
    await clock.advance(20_000);
    assert.equal(plexTv.requests.length, 3);
  });
});

Deno.test("login gives the reason if plex.tv failed until the code expired", async () => {
  await withLogin({ isTerminal: true }, async (test) => {
    test.plexTv.setFault({ kind: "login page" });
    await test.clock.advance(16 * MINUTE_MS);
    assert.equal(await test.plan, undefined);
    assert.match(test.text, /error: The answer is not plex\.tv's/);
  });
});

Deno.test("login ends at once when plex.tv refuses the request for the state of the code", async () => {
  await withLogin({}, async (test) => {
    test.plexTv.setFault({ kind: "status", status: 400 });
    await test.clock.advance(5_000);
    assert.equal(await test.plan, undefined);
    assert.match(test.text, /error: plex\.tv answered 400/);
  });
});

Deno.test("login requests the servers again after an error of plex.tv, four times at most", async () => {
  await withServers(["attic"], async ([plex], clock) => {
    assert.ok(plex);
    await withLogin({ devices: [deviceOf(plex)] }, async (test) => {
      const path = "/api/v2/resources";
      test.plexTv.setFault({ kind: "status", status: 502 }, { path, times: 3 });
      test.plexTv.claim(test.code);
      await clock.advance(MINUTE_MS);
      assert.ok((await test.plan)?.good);
    }, clock);
  });
  await withLogin({}, async (test) => {
    const path = "/api/v2/resources";
    test.plexTv.setFault({ kind: "other json", body: {} }, { path });
    test.plexTv.claim(test.code);
    await test.clock.advance(MINUTE_MS);
    assert.equal(await test.plan, undefined);
    assert.match(test.text, /error: The answer is not plex\.tv's/);
    assert.equal(test.plexTv.requests.filter(({ url }) => url.startsWith(path)).length, 4);
  });
});

Deno.test("login notes a clock that is wrong, and its countdown does not depend on it", async () => {
  await withServers(["attic"], async ([plex], clock) => {
    assert.ok(plex);
    const clockOffsetMs = (26 * 60 + 5) * MINUTE_MS;
    await withLogin(
      { devices: [deviceOf(plex)], clockOffsetMs, isTerminal: true },
      async (test) => {
        assert.match(
          test.text,
          /note: The clock of this machine is 1 d 2 h behind that of plex\.tv\. Set it/,
        );
        assert.match(test.text, /Waiting for the code: 15:00 left/);
        assert.ok((await test.finish())?.good);
      },
      clock,
    );
  });
});

Deno.test("login ends at once on a signal, at any step, and leaves no timer", async () => {
  await withLogin({}, async (test) => {
    test.interrupt();
    assert.equal(await test.plan, undefined);
    const { length } = test.text;
    await test.clock.advance(MINUTE_MS);
    assert.equal(test.plexTv.requests.length, 1);
    assert.equal(test.clock.pendingTimers, 0);
    assert.equal(test.text.length, length);
    assert.doesNotMatch(test.text, /error/);
  });
  await withLogin({}, async (test) => {
    test.plexTv.setFault({ kind: "hang" }, { path: "/api/v2/resources" });
    test.plexTv.claim(test.code);
    await test.clock.advance(4_000);
    test.interrupt();
    assert.equal(await test.plan, undefined);
    assert.doesNotMatch(test.text, /error/);
  });
});

Deno.test("login removes control characters from a server's name", async () => {
  await withServers(["attic"], async ([plex], clock) => {
    assert.ok(plex);
    const name = "at\u001b[31mtic\nPLEX_SERVER=http://evil.example";
    await withLogin({ devices: [deviceOf(plex, { name })] }, async (test) => {
      const plan = await test.finish();
      assert.match(test.text, /^at\[31mticPLEX_SERVER=http:\/\/evil\.example: yours/m);
      assert.ok(!test.text.includes("\u001b"));
      assert.deepEqual(serversOf(plan), [[plex.url, plex.ownerToken]]);
    }, clock);
  });
});
