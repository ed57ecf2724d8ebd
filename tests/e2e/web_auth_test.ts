/**
 * WEB_CONFIG_FILE on the whole exporter: TLS, passwords and headers, and files that change while it
 * runs.
 */
import assert from "node:assert/strict";
import { hashSync } from "bcryptjs";
import { type Certificate, makeAuthority } from "../testing/certificates.ts";
import { until, withFolder } from "../testing/program.ts";
import { assertNoSecret, type Harness, sum, withHarness } from "../testing/harness.ts";

/** Low, so that a check takes a millisecond. */
const COST = 4;
/** So high that a check takes a third of a second, on a machine with nothing else to do. */
const SLOW_COST = 12;

const AUTHORITY = await makeAuthority();

/** A folder with a web configuration, and the certificate and the key that it names. */
class WebConfigFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get path(): string {
    return `${this.folder}/web.yml`;
  }

  write(text: string): Promise<void> {
    return Deno.writeTextFile(this.path, text);
  }

  async writeCertificate({ cert, key }: Certificate): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/server.crt`, cert);
    await Deno.writeTextFile(`${this.folder}/server.key`, key);
  }
}

const TLS = "tls_server_config: { cert_file: server.crt, key_file: server.key }\n";
const users = (password: string, cost = COST) =>
  `basic_auth_users: { prometheus: ${JSON.stringify(hashSync(password, cost))} }\n`;

/** Runs the exporter with the web configuration `text`. */
async function withWebConfig(
  text: string,
  run: (harness: Harness, files: WebConfigFolder) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const files = new WebConfigFolder(folder);
    await files.write(text);
    if (text.includes(TLS)) await files.writeCertificate(await AUTHORITY.issue());
    await withHarness((harness) => run(harness, files), {
      settings: { WEB_CONFIG_FILE: files.path },
    });
  });
}

interface Wish {
  readonly password?: string;
  readonly path?: string;
  readonly ca?: string;
}

/** Sends a request; no response may contain a token of Plex (invariant 12). */
async function ask(
  { app, plex }: Harness,
  { password, path = "/metrics", ca = AUTHORITY.cert }: Wish = {},
): Promise<Response & { readonly text: string }> {
  using client = Deno.createHttpClient({ caCerts: [ca] });
  const headers: Record<string, string> = password === undefined
    ? {}
    : { "Authorization": `Basic ${btoa(`prometheus:${password}`)}` };
  const response = await fetch(app.url + path, { client, headers });
  const text = await response.text();
  const shown = [text, JSON.stringify([...response.headers])];
  assertNoSecret(shown, [plex.ownerToken, plex.guestToken]);
  return Object.assign(response, { text });
}

Deno.test("WEB_CONFIG_FILE: every path requires the password except /healthz, which only answers ok", async () => {
  await withWebConfig(TLS + users("secret"), async (harness) => {
    assert.match(harness.app.url, /^https:/);
    for (const path of ["/metrics", "/", "/nothing", "/favicon.ico", "/healthz/x"]) {
      for (const password of [undefined, "wrong"]) {
        const { status, text } = await ask(harness, { path, ...(password && { password }) });
        assert.equal(status, 401, path);
        assert.doesNotMatch(text, /plex_|<html|Films/);
      }
    }
    const { status, text } = await ask(harness, { path: "/healthz" });
    assert.deepEqual([status, text], [200, "ok\n"]);
    const page = await ask(harness, { password: "secret" });
    assert.match(page.text, /^plex_up\{.*\} 1$/m);
    assert.equal((await ask(harness, { password: "secret", path: "/" })).status, 200);
    assert.ok(
      harness.lines.every((line) => !/secret|\$2b\$|PRIVATE/.test(line)),
      "the log keeps it",
    );
  });
});

Deno.test("WEB_CONFIG_FILE: refused requests are no scrapes", async () => {
  await withWebConfig(users("secret"), async (harness) => {
    for (let nth = 0; nth < 3; nth++) await ask(harness, { password: "wrong" });
    assert.equal(harness.state.scrapes.begun, 0);
    await ask(harness, { password: "secret" });
    assert.equal(harness.state.scrapes.begun, 1);
  });
});

Deno.test("WEB_CONFIG_FILE: the headers of the file are on every answer", async () => {
  const text = "http_server_config: { headers: { X-Frame-Options: deny } }\n";
  await withWebConfig(text + users("secret"), async (harness) => {
    for (
      const [password, path] of [["secret", "/"], ["wrong", "/"], ["wrong", "/healthz"]] as const
    ) {
      const { headers } = await ask(harness, { password, path });
      assert.equal(headers.get("x-frame-options"), "deny");
    }
  });
});

Deno.test("WEB_CONFIG_FILE: a password check does not delay scrapes with cached credentials", async () => {
  await withWebConfig(users("secret", SLOW_COST), async (harness) => {
    assert.equal((await ask(harness, { password: "secret" })).status, 200);
    let checking = true;
    const strangers = Promise.all(
      Array.from({ length: 3 }, (_, nth) => ask(harness, { password: `wrong${nth}` })),
    ).then((answers) => {
      checking = false;
      return answers.map(({ status }) => status);
    });
    let scrapes = 0;
    while (checking) {
      assert.equal((await ask(harness, { password: "secret" })).status, 200);
      if (checking) scrapes += 1;
    }
    assert.deepEqual(await strangers, [401, 401, 401]);
    assert.ok(scrapes > 5, `${scrapes} scrapes during three checks`);
  });
});

Deno.test("WEB_CONFIG_FILE: another certificate is shown when its files change, without a restart", async () => {
  await withWebConfig(TLS, async (harness, files) => {
    assert.equal((await ask(harness)).status, 200);
    const other = await makeAuthority();
    await files.writeCertificate(await other.issue());
    await harness.pass(11);
    await until(
      "the other certificate",
      () =>
        ask(harness, { ca: other.cert }).then(
          ({ status }) => status === 200 || undefined,
          () => {},
        ),
    );
    await assert.rejects(ask(harness), "the old one is shown no more");
    assert.equal(harness.lines.filter((line) => line.includes("WEB_CONFIG_FILE")).length, 1);
  });
});

Deno.test("WEB_CONFIG_FILE: users and headers change with the file, without a restart", async () => {
  await withWebConfig(users("old"), async (harness, files) => {
    assert.equal((await ask(harness, { password: "old" })).status, 200);
    const headers = "http_server_config: { headers: { X-Frame-Options: sameorigin } }\n";
    await files.write(headers + users("new"));
    await harness.pass(11);
    assert.equal((await ask(harness, { password: "old" })).status, 401);
    const response = await ask(harness, { password: "new" });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-frame-options"), "sameorigin");
  });
});

Deno.test("WEB_CONFIG_FILE: a file that became invalid is logged once, and the previous one stays in use", async () => {
  await withWebConfig(TLS + users("secret"), async (harness, files) => {
    const bad = [
      "basic_auth_users: [",
      "rate_limit: 1\n",
      users("secret"),
      `${TLS}basic_auth: {}\n`,
    ];
    for (const [nth, text] of bad.entries()) {
      await files.write(text);
      await harness.pass(31);
      const logged = harness.lines.filter((line) => line.includes("A changed file cannot be used"));
      assert.equal(logged.length, nth + 1, logged.join("\n"));
      assert.equal((await ask(harness, { password: "secret" })).status, 200);
      assert.equal((await ask(harness)).status, 401);
    }
    await files.write(TLS + users("secret"));
    // A certificate before its key, as it is while somebody copies both.
    const { cert } = await AUTHORITY.issue();
    await Deno.writeTextFile(`${files.folder}/server.crt`, cert);
    await harness.pass(11);
    assert.match(harness.lines.at(-1) ?? "", /does not belong to the certificate/);
    assert.equal((await ask(harness, { password: "secret" })).status, 200);
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
      assert.equal(sum(await harness.scrape(), "plex_up"), 1, "what was there stays in force");
      assert.equal(harness.lines.filter((line) => line.includes("cannot be used")).length, 1);
      await Deno.writeTextFile(path, wrong.cert);
      await harness.pass(60);
      assert.equal(sum(await harness.scrape(), "plex_up"), 0, "it is trusted no more");
    }, { certificate: await right.issue(), settings: { PLEX_CA_FILE: path } });
  });
});
