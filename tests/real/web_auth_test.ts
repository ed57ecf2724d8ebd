/**
 * WEB_CONFIG_FILE of the program as a process: promtool accepts the example, a real Prometheus
 * scrapes by TLS with a password, and the healthcheck needs no password. Also what the program does
 * with more clients than open files.
 */
import assert from "node:assert/strict";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { systemClock } from "../../src/clock.ts";
import { makeAuthority } from "../testing/certificates.ts";
import {
  freePort,
  runProcess,
  startProcess,
  startProgram,
  until,
  withFolder,
} from "../testing/program.ts";
import { findTool } from "../testing/tools.ts";

const EXAMPLE = new URL("../../examples/prometheus/web-config.yml", import.meta.url);
const PASSWORD = "change-me";

/** Writes the example, and the certificate that it names, into the folder. Returns its path. */
async function writeWebConfig(folder: string): Promise<string> {
  const authority = await makeAuthority();
  const { cert, key } = await authority.issue();
  const path = `${folder}/web-config.yml`;
  await Deno.writeTextFile(path, await Deno.readTextFile(EXAMPLE));
  await Deno.writeTextFile(`${folder}/server.crt`, cert);
  await Deno.writeTextFile(`${folder}/server.key`, key);
  await Deno.writeTextFile(`${folder}/ca.crt`, authority.cert);
  return path;
}

/** Settings with the web configuration, and a Plex that cannot be reached. */
function settings(webConfig: string): Record<string, string> {
  return {
    PLEX_SERVER: `http://127.0.0.1:${freePort()}`,
    PLEX_TOKEN: "s3cretTokenOf20Chars",
    LISTEN_ADDRESS: `127.0.0.1:${freePort()}`,
    WEB_CONFIG_FILE: webConfig,
  };
}

Deno.test("promtool accepts the example of a web configuration", async () => {
  await withFolder(async (folder) => {
    const path = await writeWebConfig(folder);
    const { code, stderr } = await runProcess(findTool("promtool"), ["check", "web-config", path]);
    assert.equal(code, 0, stderr);
  });
});

Deno.test("a real Prometheus scrapes by TLS with the right password, and not with a wrong one", async () => {
  await withFolder(async (folder) => {
    const env = settings(await writeWebConfig(folder));
    await using program = startProgram([], { env });
    await program.says(/https:\/\/127\.0\.0\.1:\d+/);
    const job = (name: string, password: string) =>
      `  - job_name: ${name}
    scheme: https
    tls_config: { ca_file: ${folder}/ca.crt }
    basic_auth: { username: prometheus, password: ${password} }
    static_configs: [{ targets: ["${env["LISTEN_ADDRESS"]}"] }]
`;
    const config = "global: { scrape_interval: 2s }\nscrape_configs:\n" + job("right", PASSWORD) +
      job("wrong", "guessed");
    await Deno.writeTextFile(`${folder}/prometheus.yml`, config);
    const address = `127.0.0.1:${freePort()}`;
    await using _prometheus = startProcess(findTool("prometheus"), [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
    ], { cwd: folder });
    interface Target {
      readonly labels: { readonly job: string };
      readonly health: string;
      readonly lastError: string;
    }
    // The first check of a password may take longer than a scrape may on a busy machine.
    const found = await until("one job to be up and the other to be refused", async () => {
      const answer = await fetch(`http://${address}/api/v1/targets`).catch(() => undefined);
      if (answer === undefined || !answer.ok) return void await answer?.body?.cancel();
      const { data } = await answer.json();
      const targets: readonly Target[] = data.activeTargets;
      const errors = targets.map(({ labels, lastError }) => [labels.job, lastError]).sort();
      const isUp = (job: string) =>
        targets.find(({ labels }) => labels.job === job)?.health === "up";
      return isUp("right") && /status/.test(errors.join()) ? errors : undefined;
    });
    assert.deepEqual(found, [
      ["right", ""],
      ["wrong", "server returned HTTP status 401 Unauthorized"],
    ]);
    program.signal("SIGTERM");
    assert.equal(await program.code, 0);
    assert.doesNotMatch(program.stderr, /change-me|guessed|\$2y\$|PRIVATE|s3cret/);
  });
});

Deno.test("healthcheck needs no certificate and no password, with the settings of the exporter", async () => {
  await withFolder(async (folder) => {
    const env = settings(await writeWebConfig(folder));
    await using program = startProgram([], { env });
    await program.says(/https:\/\/127\.0\.0\.1:\d+/);
    await using healthcheck = startProgram(["healthcheck"], { env });
    assert.equal(await healthcheck.code, 0, healthcheck.stderr);
    assert.match(healthcheck.stdout, /^https:.*\/healthz answers\.$/m);
  });
});

const REQUEST = "GET /metrics HTTP/1.1\r\nHost: exporter\r\nAccept-Encoding: identity\r\n\r\n";

/**
 * The program with few files, and more clients than that, each of which sends one of the texts and
 * reads nothing. While they are there, Plex is monitored all the same, and scrapes are answered
 * unless by TLS; once they leave, scrapes are answered again within 5 s.
 */
async function exhaustFiles(texts: readonly string[], withTls = false): Promise<void> {
  await withPlexAndFolder(async (plex, folder) => {
    const { WEB_CONFIG_FILE = "", ...open } = settings(await writeWebConfig(folder));
    const text = "tls_server_config: { cert_file: server.crt, key_file: server.key }\n";
    await Deno.writeTextFile(WEB_CONFIG_FILE, text);
    const env = {
      ...open,
      ...(withTls && { WEB_CONFIG_FILE }),
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
    };
    await using program = startProgram([], { env, openFiles: 100 });
    const url = await program.says(/(https?:\/\/127\.0\.0\.1:\d+)\/metrics/);
    const { hostname, port } = new URL(url);
    using client = Deno.createHttpClient({
      caCerts: [await Deno.readTextFile(`${folder}/ca.crt`)],
      poolMaxIdlePerHost: 0,
    });
    const scrape = async () => {
      const signal = AbortSignal.timeout(1_000);
      return await (await fetch(`${url}/metrics`, { client, signal })).text();
    };
    const scrapes = async () => await scrape().catch(() => undefined);
    await until(
      "Plex to be up",
      async () => /^plex_up\{.*\} 1$/m.test(await scrape()) || undefined,
    );
    const connections = await counter(scrape, "plex_exporter_websocket_reconnects_total");
    const clients: Deno.Conn[] = [];
    try {
      // Each time the port is bound again, more clients are waiting for it.
      for (let nth = 0; nth < 3; nth++) {
        const opened = await Promise.allSettled(
          Array.from({ length: 150 }, () => Deno.connect({ hostname, port: Number(port) })),
        );
        const connected = opened.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
        clients.push(...connected);
        for (const [at, client] of connected.entries()) {
          const text = texts[at % texts.length] ?? "";
          // Of a long text the exporter reads only the beginning.
          void client.write(new TextEncoder().encode(text)).catch(() => {});
        }
      }
      await program.says(/could not accept a connection/);
      if (!withTls) {
        const page = await until("a scrape beside them", scrapes);
        assert.match(page, /^plex_up\{.*\} 1$/m);
      }
      const before = plex.requests.length;
      await until("two more requests to Plex", () => {
        return Promise.resolve(plex.requests.length > before + 1 || undefined);
      }, 40_000);
    } finally {
      clients.forEach((one) => one.close());
    }
    const page = await until("a scrape to be answered", scrapes, 5_000);
    assert.match(page, /^plex_up\{.*\} 1$/m);
    assert.equal(await counter(scrape, "plex_exporter_websocket_reconnects_total"), connections);
    assert.equal(program.stderr.split("could not accept a connection").length, 2, "logged once");
  });
}

/** Runs with a simulated Plex and an empty folder, and removes both whatever happens. */
async function withPlexAndFolder(
  run: (plex: SimulatedPlex, folder: string) => Promise<void>,
): Promise<void> {
  const plex = await startPlex({ clock: systemClock });
  try {
    await withFolder((folder) => run(plex, folder));
  } finally {
    await plex.close();
  }
}

/** The value of a counter without labels of its own. */
async function counter(scrape: () => Promise<string>, family: string): Promise<number> {
  return Number(new RegExp(`^${family}\\{.*\\} (\\S+)$`, "m").exec(await scrape())?.[1]);
}

const SILENT = ["", "", "GET /metrics HTTP/1.1\r\nHo"];

Deno.test("serve() answers scrapes beside and after more silent clients than open files", () =>
  exhaustFiles(SILENT));

Deno.test("serve() answers scrapes beside and after more clients that never read than open files", () =>
  exhaustFiles([REQUEST.repeat(100)]));

Deno.test("serve() answers scrapes again after more silent TLS clients than open files", () =>
  exhaustFiles(SILENT, true));
