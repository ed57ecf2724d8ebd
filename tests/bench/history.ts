/**
 * Measures what reading Plex's history costs the exporter and the command `history`, by its length:
 * time, requests and peak resident memory. `ROWS` (comma-separated) sets the lengths. It prints
 * figures for docs/benchmarks.md and asserts nothing.
 */
import { setTimeout as delay } from "node:timers/promises";
import { makeBundle } from "../../.ci/build/bundle.ts";
import { printLine, shippedFlags } from "../../.ci/build/project.ts";
import { systemClock } from "../../src/clock.ts";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { freePort, startProcess, withFolder } from "../testing/program.ts";

const ROWS = (Deno.env.get("ROWS") ?? "0,20000,200000").split(",").map(Number);

/** Time between two samples of memory and two scrapes. */
const SAMPLE_INTERVAL_MS = 1_000;

/** The first samples, whose peak is printed too: later rows should need no more memory. */
const EARLY_SAMPLES = 15;

/** The highest resident memory of a process so far, in MB; `undefined` once it has ended. */
function peakMegabytes(pid: number): number | undefined {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_000;
  } catch {
    return undefined;
  }
}

function startBundle(path: string, args: readonly string[], plex: SimulatedPlex, port: number) {
  const rest = ["--no-config", "--no-lock", "--no-remote", "--no-npm", "--no-code-cache"];
  return startProcess(Deno.execPath(), ["run", ...rest, ...shippedFlags(), path, ...args], {
    cwd: path.slice(0, path.lastIndexOf("/")),
    env: {
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      LISTEN_ADDRESS: `127.0.0.1:${port}`,
    },
  });
}

/** Samples the memory of a process until `isOver`. Prints it with the time and the requests. */
async function sampleUntil(
  what: string,
  plex: SimulatedPlex,
  pid: number,
  isOver: () => boolean | Promise<boolean>,
): Promise<void> {
  const beganMs = performance.now();
  let peak = 0;
  let early = 0;
  for (let samples = 1; !await isOver(); samples += 1) {
    await delay(SAMPLE_INTERVAL_MS);
    peak = peakMegabytes(pid) ?? peak;
    if (samples <= EARLY_SAMPLES) early = peak;
  }
  const requests = plex.requests.filter(({ template }) => template.includes("history")).length;
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  const memory = `${peak.toFixed(0)} MB at most, ${early.toFixed(0)} MB in its first seconds`;
  printLine(`${what}: ${seconds} s, ${requests} requests, ${memory}`);
}

/** The number of views on the page of an exporter; `undefined` until Plex is up. */
async function viewsShown(port: number): Promise<number | undefined> {
  const page = await fetch(`http://127.0.0.1:${port}/metrics`)
    .then((answer) => answer.text(), () => "");
  if (!/^plex_up\{.*\} 1$/m.test(page)) return undefined;
  return [...page.matchAll(/^plex_views_total\{.*\} (\d+)$/gm)]
    .reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Runs the exporter until all views are on its page, and a minute longer. */
async function measureExporter(bundle: string, rows: number): Promise<void> {
  const plex = await startPlex({ clock: systemClock, seed: 1, pastViews: { count: rows } });
  const port = freePort();
  await using program = startBundle(bundle, [], plex, port);
  const isRead = async () => await viewsShown(port) === rows;
  await sampleUntil(`exporter, ${rows} views`, plex, program.pid, isRead);
  await delay(60_000);
  printLine(`  a minute later: ${peakMegabytes(program.pid)?.toFixed(0)} MB at most`);
  program.signal("SIGTERM");
  await program.code;
  await plex.close();
}

/** Runs the command to its end. */
async function measureCommand(bundle: string, rows: number): Promise<void> {
  const plex = await startPlex({ clock: systemClock, seed: 1, pastViews: { count: rows } });
  const path = `${bundle}.om`;
  await using program = startBundle(bundle, ["history", "--output", path], plex, freePort());
  let isOver = false;
  program.code.finally(() => isOver = true);
  await sampleUntil(`command, ${rows} views`, plex, program.pid, () => isOver);
  if (await program.code !== 0) throw new Error(program.stderr);
  printLine(`  ${Math.round((await Deno.stat(path)).size / 1e6)} MB written`);
  await plex.close();
}

await withFolder(async (folder) => {
  const { path } = await makeBundle(folder);
  for (const rows of ROWS) {
    await measureExporter(path, rows);
    await measureCommand(path, rows);
  }
});
