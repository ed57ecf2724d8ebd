/**
 * TLS to Plex, with real certificates: HTTP and WebSocket alike, and where a certificate is not
 * trusted the true cause in the log, on the page and in what `check` prints, with the setting that
 * helps.
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

async function assertWatching(harness: Harness): Promise<void> {
  await harness.pass(10);
  const page = await harness.scrape();
  assert.equal(sum(page, "plex_up"), 1);
  assert.equal(sum(page, "plex_exporter_websocket_connected"), 1);
  harness.play();
  await harness.pass(5);
  assert.equal(sum(await harness.scrape(), "plex_sessions"), 1, "a notification woke the poll");
}

Deno.test("a certificate of a private authority is trusted by PLEX_CA_FILE, for HTTP and WebSocket", async () => {
  const authority = await makeAuthority();
  await withAuthorityFile(authority.cert, async (path) => {
    const certificate = await authority.issue();
    await withHarness(assertWatching, { certificate, settings: { PLEX_CA_FILE: path } });
  });
});

Deno.test("a self-signed certificate is trusted if PLEX_CA_FILE holds it", async () => {
  const certificate = await makeSelfSigned();
  await withAuthorityFile(certificate.cert, async (path) => {
    await withHarness(assertWatching, { certificate, settings: { PLEX_CA_FILE: path } });
  });
});

const BAD: readonly (readonly [name: string, options: CertificateOptions])[] = [
  ["for another name", { name: "elsewhere.example", addresses: [] }],
  ["whose time is over", { expired: true }],
  ["that calls itself an authority", { authority: true }],
];

for (const [name, options] of BAD) {
  Deno.test(`SKIP_TLS_VERIFICATION takes a certificate ${name}, for HTTP and WebSocket`, async () => {
    const certificate = await makeSelfSigned(options);
    await withHarness(assertWatching, { certificate, settings: { SKIP_TLS_VERIFICATION: "true" } });
  });
}

interface Fault {
  readonly name: string;
  readonly certificate: Certificate;
  readonly cause: RegExp;
  readonly setting: RegExp;
}

const AUTHORITY = await makeAuthority();
const UNKNOWN = await makeAuthority();

const FAULTS: readonly Fault[] = [
  {
    name: "for another name",
    certificate: await AUTHORITY.issue({ name: "elsewhere.example", addresses: [] }),
    cause: /only valid for DnsName\("elsewhere\.example"\)/,
    setting: /use that name in PLEX_SERVER/,
  },
  {
    name: "that names no server",
    certificate: await AUTHORITY.issue({ name: null }),
    cause: /not valid for any names/,
    setting: /it contains no name.* issue one with a name \(subjectAltName\)/,
  },
  {
    name: "whose time is over",
    certificate: await AUTHORITY.issue({ expired: true }),
    cause: /certificate expired: not valid after 20\d\d-[\d:.T-]+Z\)/,
    setting: /renew it on the server, or SKIP_TLS_VERIFICATION=true/,
  },
  {
    name: "whose time has not come",
    certificate: await AUTHORITY.issue({ early: true }),
    cause: /not valid yet: not valid before 20\d\d-/,
    setting: /are the clocks of both machines correct/,
  },
  {
    name: "of an unknown authority",
    certificate: await UNKNOWN.issue(),
    cause: /UnknownIssuer/,
    setting: /set PLEX_CA_FILE to the certificate of its CA/,
  },
  {
    name: "that signed itself",
    certificate: await makeSelfSigned(),
    cause: /UnknownIssuer/,
    setting: /set PLEX_CA_FILE to the certificate of its CA/,
  },
  {
    name: "that signed itself and calls itself an authority",
    certificate: await makeSelfSigned({ authority: true }),
    cause: /CaUsedAsEndEntity/,
    setting: /only SKIP_TLS_VERIFICATION=true accepts: issue one that is not marked as a CA/,
  },
];

/** The page as a reader sees it: without tags, on one line. */
async function pageText(url: string): Promise<string> {
  const html = await (await fetch(url)).text();
  return html.replaceAll(/<[^>]*>/g, " ").replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");
}

for (const { name, certificate, cause, setting } of FAULTS) {
  Deno.test(`a certificate ${name} is named in the log and on the page, with what helps`, async () => {
    await withAuthorityFile(AUTHORITY.cert, async (path) => {
      await withHarness(async (harness) => {
        await harness.pass(30);
        assert.equal(sum(await harness.scrape(), "plex_up"), 0);
        const line = harness.lines.find((line) => line.includes("Plex is down")) ?? "";
        const page = await pageText(harness.app.url);
        for (const text of [line.replaceAll('\\"', '"'), page]) {
          assert.match(text, cause);
          assert.match(text, setting);
        }
        const details = harness.lines.filter((line) => line.includes("Poll failed"))
          .flatMap((line) => /detail="(Cannot trust.*?[^\\])"/.exec(line)?.[1] ?? []);
        assert.equal(new Set(details).size, 1, "the same trouble has the same sentence");
        const socket = harness.lines.find((line) => line.includes("No notifications")) ?? "";
        assert.match(socket.replaceAll('\\"', '"'), cause, "the socket has the same cause");
      }, { certificate, settings: { PLEX_CA_FILE: path } });
    });
  });

  Deno.test(`check names a certificate ${name}, with what helps`, async () => {
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
        assert.match(lines.join("\n"), setting);
        assert.doesNotMatch(lines.join("\n"), /in a browser/, "there is better advice");
      } finally {
        await plex.close();
      }
    });
  });
}
