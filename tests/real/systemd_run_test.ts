/**
 * The service, installed by the commands of examples/systemd/README.md and run by a real systemd.
 * Deno runs the bundle in place of the binary, which cannot be compiled everywhere.
 */
import assert from "node:assert/strict";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { NAME, shippedFlags } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { type Certificate, makeAuthority } from "../testing/certificates.ts";
import { codeBlocks, readDocument } from "../docs/markdown.ts";
import { playFilm } from "../testing/harness.ts";
import { bootHost, findRefusal, type Host } from "../testing/host.ts";
import { freePort, until, withFolder } from "../testing/program.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const SETTINGS = "/etc/prometheus-plex-exporter";
const TOKEN = `/run/credentials/${NAME}.service/plex-token`;

/** The block of shell commands in the instructions that begins so. */
function instructions(begin: string): string {
  const document = readDocument("examples/systemd/README.md");
  const found = codeBlocks(document, "sh").find((code) => code.startsWith(begin));
  assert.ok(found, `${document.path} has no block that begins with ${begin}`);
  return found;
}

const INSTALL = instructions("install -m 755 ");
const START = instructions("systemctl daemon-reload\nsystemctl enable ");
const USE_TLS = instructions("install -m 600 web-config.yml ");

/** A drop-in that starts Deno with the bundle in place of the binary, and no other unit. */
const DROP_IN = `[Unit]
DefaultDependencies=no
[Service]
ExecStart=
ExecStart=/usr/local/bin/${NAME} run --no-config --no-lock --no-remote --no-npm ${
  shippedFlags().join(" ")
} /given/${NAME}.js
`;

/** A host on which the service is installed and not started. */
interface Installed {
  readonly host: Host;
  /** The listen address of the exporter. */
  readonly address: string;
  /** The certificate of the authority that signed the service's certificate. */
  readonly authority: string;
}

/** Puts the files of a release, and the operator's certificate, into a folder. */
async function fillFolder(folder: string, { cert, key }: Certificate): Promise<void> {
  await Deno.chmod(folder, 0o755);
  await Deno.copyFile(Deno.execPath(), `${folder}/${NAME}-0.0.0-linux-amd64`);
  await makeBundle(folder);
  for (const name of ["prometheus/web-config.yml", `systemd/${NAME}.service`, "systemd/tls.conf"]) {
    await Deno.copyFile(new URL(name, EXAMPLES), folder + name.slice(name.indexOf("/")));
  }
  await Deno.copyFile(new URL("systemd/environment", EXAMPLES), `${folder}/environment`);
  await Deno.writeTextFile(`${folder}/server.crt`, cert);
  await Deno.writeTextFile(`${folder}/server.key`, key);
}

/** Installs the service on a new host, with the address and the token of a server. */
async function withService(
  { server, token }: { readonly server: string; readonly token: string },
  run: (installed: Installed) => Promise<void>,
): Promise<void> {
  const { cert: authority, issue } = await makeAuthority();
  await withFolder(async (folder) => {
    await fillFolder(folder, await issue());
    const address = `127.0.0.1:${freePort()}`;
    await using host = await bootHost(folder);
    await host.shell(INSTALL, "/given");
    await host.shell(`
      echo '${token}' > ${SETTINGS}/plex-token
      echo 'PLEX_SERVER=${server}' > ${SETTINGS}/environment
      echo 'LISTEN_ADDRESS=${address}' >> ${SETTINGS}/environment
      mkdir /etc/systemd/system/${NAME}.service.d
      echo '${DROP_IN}' > /etc/systemd/system/${NAME}.service.d/test.conf`);
    await run({ host, address, authority });
  });
}

/** Fetches a page until it matches. Resolves to it. */
function pageWith(
  pattern: RegExp,
  url: string,
  options: RequestInit & { client?: Deno.HttpClient } = {},
) {
  return until(`${pattern} at ${url}`, async () => {
    const page = await fetch(url, options).then((answer) => answer.text()).catch(() => "");
    return pattern.test(page) ? page : undefined;
  });
}

/**
 * Why the kernel refuses a host in the container of GitHub's workflow, if it does. There the tests
 * are skipped: the workflow starts the unit on the runner itself. Anywhere else they fail.
 */
const refusal = Deno.env.get("GITHUB_ACTIONS") === "true" ? await findRefusal() : undefined;

function testService(name: string, fn: () => Promise<void>): void {
  const reason = refusal === undefined ? "" : ` (skipped: ${refusal})`;
  Deno.test({ name: name + reason, ignore: refusal !== undefined, fn });
}

function show(host: Host, property: string): Promise<string> {
  return host.shell(`systemctl show --property=${property} --value ${NAME}`)
    .then((text) => text.trim());
}

const STATE = `/var/lib/${NAME}/state.json`;

/** Restarts the service during its only play, and asserts that the play is not counted again. */
async function assertCountersContinue(host: Host, url: string): Promise<void> {
  await pageWith(/^plex_plays_total\{.*\} 1$/m, url);
  await host.shell(`systemctl restart ${NAME}`);
  const page = await pageWith(/^plex_plays_total\{/m, url);
  assert.match(page, /^plex_plays_total\{.*\} 1$/m, "shown at once, and not at 0 first");
  assert.match(page, /^plex_exporter_state_saved_timestamp_seconds 1\d{9}/m);
  assert.equal(await host.shell(`stat -c %a ${STATE}`), "600\n");
}

testService(
  "the service, installed by its instructions, works in its sandbox, keeps its counters, and stops",
  async () => {
    const plex = await startPlex({ clock: systemClock });
    playFilm(plex);
    try {
      await withService(
        { server: plex.url, token: plex.ownerToken },
        async ({ host, address }) => {
          await host.shell(START.replace("journalctl", "journalctl --no-pager"));
          const page = await pageWith(/plex_library_items\{/, `http://${address}/metrics`);
          assert.match(page, /^plex_up\{.*\} 1$/m, "the token is valid");

          const text = await host.shell(`cat /proc/${await show(host, "MainPID")}/status`);
          const status = Object.fromEntries(
            text.split("\n").map((line) => line.split(/:\s*/, 2) as [string, string]),
          );
          assert.match(status["CapEff"] ?? "", /^0+$/);
          assert.match(status["CapBnd"] ?? "", /^0+$/);
          assert.equal(status["NoNewPrivs"], "1");
          assert.equal(status["Seccomp"], "2", "system calls are filtered");
          const user = status["Uid"]?.split("\t")[0];
          assert.notEqual(user, "0");

          assert.equal(await host.shell(`stat -c '%u %a' ${TOKEN}`), `${user} 400\n`);
          assert.equal(await host.shell(`cat ${TOKEN}`), `${plex.ownerToken}\n`);
          const asOther = ["--reuid=65534", "--regid=65534", "--clear-groups", "cat"];
          await assertCountersContinue(host, `http://${address}/metrics`);
          for (const path of [TOKEN, `${SETTINGS}/plex-token`, STATE]) {
            const { code, stderr } = await host.run("setpriv", [...asOther, path]);
            assert.notEqual(code, 0);
            assert.match(stderr, /Permission denied/);
          }

          await host.shell(`systemctl stop ${NAME}`);
          assert.equal(await show(host, "Result"), "success");
          assert.equal(await show(host, "ExecMainStatus"), "0");
          const log = await host.shell(`journalctl --no-pager --unit ${NAME}`);
          assert.match(log, /msg="Plex is up"/);
          assert.match(log, /msg="Counters continue from the state file"/);
          assert.doesNotMatch(log, /level=(warn|error)/);
          assert.ok(!log.includes(plex.ownerToken));
        },
      );
    } finally {
      await plex.close();
    }
  },
);

const UNREACHABLE = { server: "http://127.0.0.1:9", token: "unused-token" };

testService(
  "a new token, and settings without a state file, apply after a restart and not before",
  async () => {
    await withService(UNREACHABLE, async ({ host, address }) => {
      const url = `http://${address}/metrics`;
      await host.shell(`systemctl start ${NAME}`);
      assert.match(await pageWith(/^plex_up\{/m, url), /state_saved/);
      await host.shell(`echo another-token > ${SETTINGS}/plex-token
        echo STATE_FILE= >> ${SETTINGS}/environment`);
      assert.equal(await host.shell(`cat ${TOKEN}`), `${UNREACHABLE.token}\n`);
      await host.shell(`systemctl restart ${NAME}`);
      assert.equal(await host.shell(`cat ${TOKEN}`), "another-token\n");
      assert.doesNotMatch(await pageWith(/^plex_up\{/m, url), /state_saved/);
    });
  },
);

testService(
  "the service, set up by its instructions, uses TLS with a key that only root can read",
  async () => {
    await withService(UNREACHABLE, async ({ host, address, authority }) => {
      await host.shell(`systemctl start ${NAME}`);
      await host.shell(USE_TLS, "/given");
      assert.equal(await host.shell(`stat -c '%u %a' ${SETTINGS}/server.key`), "0 600\n");
      using client = Deno.createHttpClient({ caCerts: [authority] });
      const headers = { Authorization: `Basic ${btoa("prometheus:change-me")}` };
      await pageWith(/plex_up\{/, `https://${address}/metrics`, { client, headers });
      const { status, body } = await fetch(`https://${address}/metrics`, { client });
      await body?.cancel();
      assert.equal(status, 401, "web-config.yml is in effect");
    });
  },
);
