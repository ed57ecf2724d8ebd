/**
 * WEB_CONFIG_FILE in the whole exporter: TLS, passwords and headers, and files that change while it
 * runs.
 */
import assert from "node:assert/strict";
import { hashSync } from "bcryptjs";
import { type Certificate, makeAuthority } from "../testing/certificates.ts";
import { until, withFolder } from "../testing/program.ts";
import { assertNoSecret, type Harness, withHarness } from "../testing/harness.ts";

/** A bcrypt cost with which a check takes a millisecond. */
const COST = 4;

/** A bcrypt cost with which a check takes a third of a second on an idle machine. */
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

/** A request of the user "prometheus" by a client that trusts the authority `ca`. */
interface RequestOptions {
  readonly password?: string;
  readonly path?: string;
  readonly ca?: string;
}

/** Sends a request; no response may contain a token of Plex (invariant 12). */
async function request(
  { app, plex }: Harness,
  { password, path = "/metrics", ca = AUTHORITY.cert }: RequestOptions = {},
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
        const { status, text } = await request(harness, { path, ...(password && { password }) });
        assert.equal(status, 401, path);
        assert.doesNotMatch(text, /plex_|<html|Films/);
      }
    }
    const { status, text } = await request(harness, { path: "/healthz" });
    assert.deepEqual([status, text], [200, "ok\n"]);
    const page = await request(harness, { password: "secret" });
    assert.match(page.text, /^plex_up\{.*\} 1$/m);
    assert.equal((await request(harness, { password: "secret", path: "/" })).status, 200);
    assert.ok(
      harness.lines.every((line) => !/secret|\$2b\$|PRIVATE/.test(line)),
      "the log has no secret",
    );
  });
});

Deno.test("WEB_CONFIG_FILE: rejected requests do not count as scrapes", async () => {
  await withWebConfig(users("secret"), async (harness) => {
    for (let nth = 0; nth < 3; nth++) await request(harness, { password: "wrong" });
    assert.equal(harness.state.scrapes.begun, 0);
    await request(harness, { password: "secret" });
    assert.equal(harness.state.scrapes.begun, 1);
  });
});

Deno.test("WEB_CONFIG_FILE: every response has the headers of the file", async () => {
  const text = "http_server_config: { headers: { X-Frame-Options: deny } }\n";
  await withWebConfig(text + users("secret"), async (harness) => {
    for (
      const [password, path] of [["secret", "/"], ["wrong", "/"], ["wrong", "/healthz"]] as const
    ) {
      const { headers } = await request(harness, { password, path });
      assert.equal(headers.get("x-frame-options"), "deny");
    }
  });
});

Deno.test("WEB_CONFIG_FILE: a password check does not delay scrapes with cached credentials", async () => {
  await withWebConfig(users("secret", SLOW_COST), async (harness) => {
    assert.equal((await request(harness, { password: "secret" })).status, 200);
    let isChecking = true;
    const rejected = Promise.all(
      Array.from({ length: 3 }, (_, nth) => request(harness, { password: `wrong${nth}` })),
    ).then((responses) => {
      isChecking = false;
      return responses.map(({ status }) => status);
    });
    let scrapes = 0;
    while (isChecking) {
      assert.equal((await request(harness, { password: "secret" })).status, 200);
      if (isChecking) scrapes += 1;
    }
    assert.deepEqual(await rejected, [401, 401, 401]);
    assert.ok(scrapes > 5, `${scrapes} scrapes during three checks`);
  });
});

Deno.test("WEB_CONFIG_FILE: a changed certificate is served without a restart", async () => {
  await withWebConfig(TLS, async (harness, files) => {
    assert.equal((await request(harness)).status, 200);
    const other = await makeAuthority();
    await files.writeCertificate(await other.issue());
    await harness.pass(11);
    await until(
      "the other certificate",
      () =>
        request(harness, { ca: other.cert }).then(
          ({ status }) => status === 200 || undefined,
          () => {},
        ),
    );
    await assert.rejects(request(harness), "the old one is no longer served");
    assert.equal(harness.logged("WEB_CONFIG_FILE").length, 1);
  });
});

Deno.test("WEB_CONFIG_FILE: users and headers change with the file, without a restart", async () => {
  await withWebConfig(users("old"), async (harness, files) => {
    assert.equal((await request(harness, { password: "old" })).status, 200);
    const headers = "http_server_config: { headers: { X-Frame-Options: sameorigin } }\n";
    await files.write(headers + users("new"));
    await harness.pass(11);
    assert.equal((await request(harness, { password: "old" })).status, 401);
    const response = await request(harness, { password: "new" });
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
      const logged = harness.logged("A changed file cannot be used");
      assert.equal(logged.length, nth + 1, logged.join("\n"));
      assert.equal((await request(harness, { password: "secret" })).status, 200);
      assert.equal((await request(harness)).status, 401);
    }
    await files.write(TLS + users("secret"));
    // A new certificate without its key, as when files are copied one after the other.
    const { cert } = await AUTHORITY.issue();
    await Deno.writeTextFile(`${files.folder}/server.crt`, cert);
    await harness.pass(11);
    assert.match(harness.lines.at(-1) ?? "", /does not belong to the certificate/);
    assert.equal((await request(harness, { password: "secret" })).status, 200);
  });
});
