/**
 * TLS to Plex with real certificates, over HTTP and WebSocket. If a certificate is not trusted, the
 * log, the status page and `check` give the cause and the setting that helps.
 */
import assert from "node:assert/strict";
import { check } from "../../src/check.ts";
import { readConfig } from "../../src/config/mod.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import {
  type Certificate,
  type CertificateOptions,
  makeAuthority,
  makeSelfSigned,
} from "../testing/certificates.ts";
import { visibleText } from "../testing/page_text.ts";
import { withFolder } from "../testing/program.ts";
import { type Harness, sum, withHarness } from "../testing/harness.ts";

/** Runs `run` with the path of a temporary file that has the text `pem`. */
function withAuthorityFile<T>(pem: string, run: (path: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const path = `${folder}/ca.pem`;
    await Deno.writeTextFile(path, pem);
    return await run(path);
  });
}

/** Asserts that HTTP and WebSocket both work. */
async function assertConnected(harness: Harness): Promise<void> {
  await harness.pass(10);
  const page = await harness.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
  harness.play();
  await harness.pass(5);
  assert.equal(sum(await harness.scrape(), "plex_sessions"), 1, "a notification causes a poll");
}

Deno.test("a certificate of a private authority is trusted by PLEX_CA_FILE, for HTTP and WebSocket", async () => {
  const authority = await makeAuthority();
  await withAuthorityFile(authority.cert, async (path) => {
    const certificate = await authority.issue();
    await withHarness(assertConnected, { certificate, settings: { PLEX_CA_FILE: path } });
  });
});

Deno.test("a self-signed certificate is trusted if PLEX_CA_FILE holds it", async () => {
  const certificate = await makeSelfSigned();
  await withAuthorityFile(certificate.cert, async (path) => {
    await withHarness(assertConnected, { certificate, settings: { PLEX_CA_FILE: path } });
  });
});

Deno.test("PLEX_CA_FILE is read again when it changes, without a restart", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/ca.pem`;
    const [right, wrong] = [await makeAuthority(), await makeAuthority()];
    await Deno.writeTextFile(path, wrong.cert);
    await withHarness(async (harness) => {
      await harness.pass(20);
      assert.equal(sum(await harness.scrape(), "plex_up"), 0);
      await Deno.writeTextFile(path, wrong.cert + right.cert);
      await harness.pass(75);
      const page = await harness.scrape();
      assert.equal(sum(page, "plex_up"), 1);
      assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
      await Deno.writeTextFile(path, "cut off");
      await harness.pass(31);
      assert.equal(
        sum(await harness.scrape(), "plex_up"),
        1,
        "the previous certificates stay in use",
      );
      assert.equal(harness.logged("cannot be used").length, 1);
      await Deno.writeTextFile(path, wrong.cert);
      await harness.pass(60);
      assert.equal(
        sum(await harness.scrape(), "plex_up"),
        0,
        "the certificate is no longer trusted",
      );
    }, { certificate: await right.issue(), settings: { PLEX_CA_FILE: path } });
  });
});

/** Self-signed certificates that verification rejects for a further reason. */
const INVALID: readonly (readonly [name: string, options: CertificateOptions])[] = [
  ["for another name", { name: "elsewhere.example", addresses: [] }],
  ["that has expired", { expired: true }],
  ["that is marked as a CA", { authority: true }],
];

for (const [name, options] of INVALID) {
  Deno.test(`SKIP_TLS_VERIFICATION accepts a certificate ${name}, for HTTP and WebSocket`, async () => {
    const certificate = await makeSelfSigned(options);
    await withHarness(assertConnected, {
      certificate,
      settings: { SKIP_TLS_VERIFICATION: "true" },
    });
  });
}

/** A certificate that is not trusted, and what the exporter says about it. */
interface Fault {
  readonly name: string;
  readonly certificate: Certificate;
  readonly cause: RegExp;
  readonly advice: RegExp;
}

const AUTHORITY = await makeAuthority();
const UNKNOWN = await makeAuthority();

const FAULTS: readonly Fault[] = [
  {
    name: "for another name",
    certificate: await AUTHORITY.issue({ name: "elsewhere.example", addresses: [] }),
    cause: /only valid for DnsName\("elsewhere\.example"\)/,
    advice: /use that name in PLEX_SERVER/,
  },
  {
    name: "without a name",
    certificate: await AUTHORITY.issue({ name: null }),
    cause: /not valid for any names/,
    advice: /it contains no name.* issue one with a name \(subjectAltName\)/,
  },
  {
    name: "that has expired",
    certificate: await AUTHORITY.issue({ expired: true }),
    cause: /certificate expired: not valid after 20\d\d-[\d:.T-]+Z\)/,
    advice: /renew it on the server, or set SKIP_TLS_VERIFICATION=true/,
  },
  {
    name: "that is not valid yet",
    certificate: await AUTHORITY.issue({ early: true }),
    cause: /not valid yet: not valid before 20\d\d-/,
    advice: /are the clocks of both machines correct/,
  },
  {
    name: "of an unknown authority",
    certificate: await UNKNOWN.issue(),
    cause: /UnknownIssuer/,
    advice: /set PLEX_CA_FILE to the certificate of its CA/,
  },
  {
    name: "that is self-signed",
    certificate: await makeSelfSigned(),
    cause: /UnknownIssuer/,
    advice: /set PLEX_CA_FILE to the certificate of its CA/,
  },
  {
    name: "that is self-signed and marked as a CA",
    certificate: await makeSelfSigned({ authority: true }),
    cause: /CaUsedAsEndEntity/,
    advice: /only SKIP_TLS_VERIFICATION=true accepts: issue one that is not marked as a CA/,
  },
];

for (const { name, certificate, cause, advice } of FAULTS) {
  Deno.test(`a certificate ${name} is reported in the log and on the status page, with advice`, async () => {
    await withAuthorityFile(AUTHORITY.cert, async (path) => {
      await withHarness(async (harness) => {
        await harness.pass(30);
        assert.equal(sum(await harness.scrape(), "plex_up"), 0);
        const line = harness.lines.find((line) => line.includes("Plex is down")) ?? "";
        const page = visibleText(await harness.statusPage());
        for (const text of [line.replaceAll('\\"', '"'), page]) {
          assert.match(text, cause);
          assert.match(text, advice);
        }
        const details = harness.lines.filter((line) => line.includes("Poll failed"))
          .flatMap((line) => /detail="(Cannot trust.*?[^\\])"/.exec(line)?.[1] ?? []);
        assert.equal(new Set(details).size, 1, "each poll reports it in the same words");
        const socket = harness.lines.find((line) => line.includes("No notifications")) ?? "";
        assert.match(socket.replaceAll('\\"', '"'), cause, "the socket has the same cause");
      }, { certificate, settings: { PLEX_CA_FILE: path } });
    });
  });

  Deno.test(`check reports a certificate ${name}, with advice`, async () => {
    await withAuthorityFile(AUTHORITY.cert, async (path) => {
      const plex = await startPlex({ clock: systemClock, certificate });
      try {
        const settings: Record<string, string> = {
          PLEX_SERVER: plex.url,
          PLEX_TOKEN: plex.ownerToken,
          PLEX_CA_FILE: path,
        };
        const { value: config } = readConfig({
          environment: (name) => settings[name],
          readText: (path) => Deno.readTextFileSync(path),
        });
        assert.ok(config);
        const { lines, good } = await check(config, [], systemClock);
        assert.equal(good, false);
        assert.match(lines.join("\n"), cause);
        assert.match(lines.join("\n"), advice);
        assert.doesNotMatch(lines.join("\n"), /in a browser/, "there is better advice");
      } finally {
        await plex.close();
      }
    });
  });
}
