/**
 * The service, installed by the lines of examples/systemd/README.md and run by a real systemd. Deno
 * and the bundle stand in for the binary, which can't be made everywhere.
 */
import assert from "node:assert/strict";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { NAME, shippedFlags } from "../../.ci/build/project.ts";
import { startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { type Certificate, makeAuthority } from "../testing/certificates.ts";
import { codeBlocks, readDocument } from "../docs/markdown.ts";
import { bootHost, findRefusal, type Host } from "../testing/host.ts";
import { freePort, until, withFolder } from "../testing/program.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const SETTINGS = "/etc/prometheus-plex-exporter";
const TOKEN = `/run/credentials/${NAME}.service/plex-token`;

/** The block of shell in the instructions that begins with a line. */
function instructions(begin: string): string {
  const document = readDocument("examples/systemd/README.md");
  const found = codeBlocks(document, "sh").find((code) => code.startsWith(begin));
  assert.ok(found, `${document.path} has no lines that begin with ${begin}`);
  return found;
}

const INSTALL = instructions("install -m 755 ");
const START = instructions("systemctl daemon-reload\nsystemctl enable ");
const USE_TLS = instructions("install -m 600 web-config.yml ");

/** What makes Deno and the bundle of the binary, and has no other unit started with it. */
const STAND_IN = `[Unit]
DefaultDependencies=no
[Service]
ExecStart=
ExecStart=/usr/local/bin/${NAME} run --no-config --no-lock --no-remote --no-npm ${
  shippedFlags().join(" ")
} /given/${NAME}.js
`;

/** The service where it has been installed and not been started. */
interface Installed {
  readonly machine: Host;
  /** Where it is to serve. */
  readonly address: string;
  /** The authority that signed the certificate of who runs it. */
  readonly authority: string;
}

/** Puts a release and what its user has into a folder. */
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

/** Installs the service on a machine of its own, to watch a server with a token. */
async function withService(
  { server, token }: { readonly server: string; readonly token: string },
  run: (installed: Installed) => Promise<void>,
): Promise<void> {
  const { cert: authority, issue } = await makeAuthority();
  await withFolder(async (folder) => {
    await fillFolder(folder, await issue());
    const address = `127.0.0.1:${freePort()}`;
    await using machine = await bootHost(folder);
    await machine.shell(INSTALL, "/given");
    await machine.shell(`
      echo '${token}' > ${SETTINGS}/plex-token
      echo 'PLEX_SERVER=${server}' > ${SETTINGS}/environment
      echo 'LISTEN_ADDRESS=${address}' >> ${SETTINGS}/environment
      mkdir /etc/systemd/system/${NAME}.service.d
      echo '${STAND_IN}' > /etc/systemd/system/${NAME}.service.d/stand_in.conf`);
    await run({ machine, address, authority });
  });
}

/** The page of metrics, when it has what is looked for. */
function readPage(
  url: string,
  has: RegExp,
  options: RequestInit & { client?: Deno.HttpClient } = {},
) {
  return until(`${has} at ${url}`, async () => {
    const page = await fetch(url, options).then((answer) => answer.text()).catch(() => "");
    return has.test(page) ? page : undefined;
  });
}

/**
 * Why there is no machine in the container of GitHub's workflow, if its kernel refuses one: there
 * the unit is started beside it, on the machine itself. Anywhere else it is a failure.
 */
const refusal = Deno.env.get("GITHUB_ACTIONS") === "true" ? await findRefusal() : undefined;

function testService(name: string, fn: () => Promise<void>): void {
  const reason = refusal === undefined ? "" : ` (left out: ${refusal})`;
  Deno.test({ name: name + reason, ignore: refusal !== undefined, fn });
}

function show(machine: Host, property: string): Promise<string> {
  return machine.shell(`systemctl show --property=${property} --value ${NAME}`)
    .then((text) => text.trim());
}

const STATE = `/var/lib/${NAME}/state.json`;

/** Restarts the service, which has counted one play that goes on: it is not counted again. */
async function assertCountersContinue(machine: Host, url: string): Promise<void> {
  await readPage(url, /^plex_plays_total\{.*\} 1$/m);
  await machine.shell(`systemctl restart ${NAME}`);
  const page = await readPage(url, /^plex_plays_total\{/m);
  assert.match(page, /^plex_plays_total\{.*\} 1$/m, "shown at once, and not at 0 first");
  assert.match(page, /^plex_exporter_state_saved_timestamp_seconds 1\d{9}/m);
  assert.equal(await machine.shell(`stat -c %a ${STATE}`), "600\n");
}

testService(
  "installed by its instructions, the service works in its sandbox, keeps its counters, and stops",
  async () => {
    const plex = await startPlex({ clock: systemClock });
    const { simulation } = plex;
    const [user, player] = [simulation.users[0], simulation.players[0]];
    assert.ok(user && player);
    simulation.play({ item: simulation.randomItem("movie"), user, player, state: "playing" });
    try {
      await withService(
        { server: plex.url, token: plex.ownerToken },
        async ({ machine, address }) => {
          await machine.shell(START.replace("journalctl", "journalctl --no-pager"));
          const page = await readPage(`http://${address}/metrics`, /plex_library_items\{/);
          assert.match(page, /^plex_up\{.*\} 1$/m, "its token is right");

          const text = await machine.shell(`cat /proc/${await show(machine, "MainPID")}/status`);
          const status = Object.fromEntries(
            text.split("\n").map((line) => line.split(/:\s*/, 2) as [string, string]),
          );
          assert.match(status["CapEff"] ?? "", /^0+$/);
          assert.match(status["CapBnd"] ?? "", /^0+$/);
          assert.equal(status["NoNewPrivs"], "1");
          assert.equal(status["Seccomp"], "2", "system calls are filtered");
          const user = status["Uid"]?.split("\t")[0];
          assert.notEqual(user, "0");

          assert.equal(await machine.shell(`stat -c '%u %a' ${TOKEN}`), `${user} 400\n`);
          assert.equal(await machine.shell(`cat ${TOKEN}`), `${plex.ownerToken}\n`);
          const other = ["--reuid=65534", "--regid=65534", "--clear-groups", "cat"];
          await assertCountersContinue(machine, `http://${address}/metrics`);
          for (const path of [TOKEN, `${SETTINGS}/plex-token`, STATE]) {
            const { code, stderr } = await machine.run("setpriv", [...other, path]);
            assert.notEqual(code, 0);
            assert.match(stderr, /Permission denied/);
          }

          await machine.shell(`systemctl stop ${NAME}`);
          assert.equal(await show(machine, "Result"), "success");
          assert.equal(await show(machine, "ExecMainStatus"), "0");
          const log = await machine.shell(`journalctl --no-pager --unit ${NAME}`);
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

const NOWHERE = { server: "http://127.0.0.1:9", token: "no-token-of-anybody" };

testService(
  "a new token, and settings without a state, are the service's after a restart, and not before",
  async () => {
    await withService(NOWHERE, async ({ machine, address }) => {
      const url = `http://${address}/metrics`;
      await machine.shell(`systemctl start ${NAME}`);
      assert.match(await readPage(url, /^plex_up\{/m), /state_saved/);
      await machine.shell(`echo another-token > ${SETTINGS}/plex-token
        echo STATE_FILE= >> ${SETTINGS}/environment`);
      assert.equal(await machine.shell(`cat ${TOKEN}`), `${NOWHERE.token}\n`);
      await machine.shell(`systemctl restart ${NAME}`);
      assert.equal(await machine.shell(`cat ${TOKEN}`), "another-token\n");
      assert.doesNotMatch(await readPage(url, /^plex_up\{/m), /state_saved/);
    });
  },
);

testService(
  "the service uses TLS by its instructions, with a key that only root can read",
  async () => {
    await withService(NOWHERE, async ({ machine, address, authority }) => {
      await machine.shell(`systemctl start ${NAME}`);
      await machine.shell(USE_TLS, "/given");
      assert.equal(await machine.shell(`stat -c '%u %a' ${SETTINGS}/server.key`), "0 600\n");
      using client = Deno.createHttpClient({ caCerts: [authority] });
      const headers = { Authorization: `Basic ${btoa("prometheus:change-me")}` };
      await readPage(`https://${address}/metrics`, /plex_up\{/, { client, headers });
      const { status, body } = await fetch(`https://${address}/metrics`, { client });
      await body?.cancel();
      assert.equal(status, 401, "web-config.yml is honoured");
    });
  },
);
