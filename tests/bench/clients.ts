/**
 * Measures the cost of idle clients, of clients that never read, and of TLS clients for the bundle:
 * resident memory and the time of scrapes. It prints figures for docs/benchmarks.md and asserts
 * nothing. `IDLE` is the number of idle clients.
 */
import { setTimeout as delay } from "node:timers/promises";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { printLine } from "../../.ci/build/project.ts";
import { makeAuthority } from "../testing/certificates.ts";
import { freePort, runBundle, withFolder } from "../testing/program.ts";

const IDLE = Number(Deno.env.get("IDLE") ?? 5_000);
const SCRAPES = 20;
const REQUEST = "GET /metrics HTTP/1.1\r\nHost: exporter\r\nAccept-Encoding: identity\r\n\r\n";
const authority = await makeAuthority();
const ca = [authority.cert];

/** A kind of client: the number of clients, and how one connects. */
interface Kind {
  readonly name: string;
  readonly count: number;
  readonly connect: (address: { hostname: string; port: number }) => Promise<Deno.Conn>;
}

/** Starts to send a text on a connection, and returns the connection. */
async function send(client: Deno.Conn, text: string): Promise<Deno.Conn> {
  void client.write(new TextEncoder().encode(text)).catch(() => {});
  await delay(1);
  return client;
}

const PLAIN: readonly Kind[] = [
  { name: "idle", count: IDLE, connect: (address) => Deno.connect(address) },
  {
    name: "100 pipelined requests each, unread",
    count: 200,
    connect: async (address) => await send(await Deno.connect(address), REQUEST.repeat(100)),
  },
];

const TLS: readonly Kind[] = [{
  name: "idle over TLS",
  count: IDLE,
  connect: async (address) => {
    const client = await Deno.connectTls({ ...address, caCerts: ca, alpnProtocols: ["http/1.1"] });
    await client.handshake();
    return client;
  },
}];

await withFolder(async (folder) => {
  const { path } = await makeBundle(folder);
  const { cert, key } = await authority.issue();
  await Deno.writeTextFile(`${folder}/server.crt`, cert);
  await Deno.writeTextFile(`${folder}/server.key`, key);
  const tls = `${folder}/web.yml`;
  const section = "tls_server_config: { cert_file: server.crt, key_file: server.key }\n";
  await Deno.writeTextFile(tls, section);
  for (const kind of [...PLAIN, ...TLS]) {
    const address = { hostname: "127.0.0.1", port: freePort() };
    const isTls = TLS.includes(kind);
    await using program = runBundle(path, [], {
      cwd: folder,
      env: {
        PLEX_SERVER: "http://127.0.0.1:9",
        PLEX_TOKEN: "none",
        LISTEN_ADDRESS: `${address.hostname}:${address.port}`,
        ...(isTls && { WEB_CONFIG_FILE: tls }),
      },
    });
    await program.says(/Listening/);
    using client = Deno.createHttpClient({ caCerts: ca });
    const url = `${isTls ? "https" : "http"}://127.0.0.1:${address.port}/metrics`;
    const scrape = async () => {
      const began = performance.now();
      const page = await (await fetch(url, { client })).text();
      const [, bytes] = /^process_resident_memory_bytes (\S+)$/m.exec(page) ?? [];
      return { ms: performance.now() - began, megabytes: Number(bytes) / 1e6 };
    };
    for (let count = 0; count < SCRAPES; count++) await scrape();
    const before = await scrape();
    const clients: Deno.Conn[] = [];
    for (let count = 0; count < kind.count; count++) clients.push(await kind.connect(address));
    const times: number[] = [];
    let peak = 0;
    for (let count = 0; count < SCRAPES; count++) {
      const { ms, megabytes } = await scrape();
      times.push(ms);
      peak = Math.max(peak, megabytes);
    }
    times.sort((a, b) => a - b);
    const grown = peak - before.megabytes;
    printLine(
      `${kind.count} clients, ${kind.name}: ${before.megabytes.toFixed(0)} → ${
        peak.toFixed(0)
      } MB, ` +
        `${(grown * 1000 / kind.count).toFixed(1)} kB each; a scrape takes ` +
        `${times[SCRAPES / 2]?.toFixed(0)} ms`,
    );
    clients.forEach((client) => client.close());
    program.signal("SIGTERM");
    await program.code;
  }
});
