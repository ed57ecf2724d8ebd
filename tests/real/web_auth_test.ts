/**
 * WEB_CONFIG_FILE of the program as a process: promtool accepts the example, a real Prometheus
 * scrapes over TLS with a password, and the healthcheck needs no password. Also more clients than the
 * program may open files.
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
import type { Target } from "../testing/prometheus.ts";
import { findTool } from "../testing/tools.ts";

const EXAMPLE = new URL("../../examples/prometheus/web-config.yml", import.meta.url);
const PASSWORD = "change-me";

/** Writes the example, with the certificate that it names, into a folder. Returns its path. */
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

Deno.test("a real Prometheus scrapes over TLS with the right password, and fails with a wrong one", async () => {
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
    // On a busy machine, the first check of a password may take longer than the scrape timeout.
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
 * Limits the program to 100 open files, and connects more clients than that, each of which sends
 * one of the texts and reads nothing. Asserts that Plex is still monitored, and that scrapes are
 * answered meanwhile, except over TLS, and within 5 s after the clients have left.
 */
async function exhaustOpenFiles(texts: readonly string[], withTls = false): Promise<void> {
  await withPlexAndFolder(async (plex, folder) => {
    const { WEB_CONFIG_FILE = "", ...plain } = settings(await writeWebConfig(folder));
    const section = "tls_server_config: { cert_file: server.crt, key_file: server.key }\n";
    await Deno.writeTextFile(WEB_CONFIG_FILE, section);
    const env = {
      ...plain,
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
    const tryScrape = async () => await scrape().catch(() => undefined);
    await until(
      "Plex to be up",
      async () => /^plex_up\{.*\} 1$/m.test(await scrape()) || undefined,
    );
    const reconnects = await counter(scrape, "plex_exporter_websocket_reconnects_total");
    const clients: Deno.Conn[] = [];
    try {
      // The server is started again when it cannot accept: then more clients connect.
      for (let nth = 0; nth < 3; nth++) {
        const opened = await Promise.allSettled(
          Array.from({ length: 150 }, () => Deno.connect({ hostname, port: Number(port) })),
        );
        const connected = opened.flatMap((result) =>
          result.status === "fulfilled" ? [result.value] : []
        );
        clients.push(...connected);
        for (const [index, client] of connected.entries()) {
          const text = texts[index % texts.length] ?? "";
          // The exporter reads only the beginning of a long text.
          void client.write(new TextEncoder().encode(text)).catch(() => {});
        }
      }
      await program.says(/could not accept a connection/);
      if (!withTls) {
        const page = await until("a scrape beside the clients", tryScrape);
        assert.match(page, /^plex_up\{.*\} 1$/m);
      }
      const before = plex.requests.length;
      await until("two more requests to Plex", () => {
        return Promise.resolve(plex.requests.length > before + 1 || undefined);
      }, 40_000);
    } finally {
      clients.forEach((client) => client.close());
    }
    const page = await until("a scrape after the clients have left", tryScrape, 5_000);
    assert.match(page, /^plex_up\{.*\} 1$/m);
    assert.equal(await counter(scrape, "plex_exporter_websocket_reconnects_total"), reconnects);
    assert.equal(program.stderr.split("could not accept a connection").length, 2, "logged once");
  });
}

/** Calls `run` with a simulated Plex and an empty folder, and removes both afterwards. */
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

/** Scrapes, and returns the value of a counter that has only the labels of the server. */
async function counter(scrape: () => Promise<string>, family: string): Promise<number> {
  return Number(new RegExp(`^${family}\\{.*\\} (\\S+)$`, "m").exec(await scrape())?.[1]);
}

const SILENT = ["", "", "GET /metrics HTTP/1.1\r\nHo"];

Deno.test("serve() answers scrapes beside and after more silent clients than open files", () =>
  exhaustOpenFiles(SILENT));

Deno.test("serve() answers scrapes beside and after more clients that never read than open files", () =>
  exhaustOpenFiles([REQUEST.repeat(100)]));

Deno.test("serve() answers scrapes again after more silent TLS clients than open files", () =>
  exhaustOpenFiles(SILENT, true));
