/**
 * Records simulated spans for the tests of the dashboards. Each span takes minutes and has its own
 * process of low priority.
 */
import type { Truth } from "../dashboards/simulation/truth.ts";
import { openSnapshot, type Snapshot } from "./tsdb_snapshot.ts";
import { runProcess } from "./program.ts";

const RECORD = new URL("../dashboards/simulation/record.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** A recorded span. */
export interface Recording extends AsyncDisposable {
  readonly truth: Truth;
  readonly snapshot: Snapshot;
}

/** Which span to record. */
export interface SpanKind {
  readonly name: "busy" | "normal";
  readonly days: number;
  readonly everyS: number;
}

/** Simulates and records a span, and opens it in a Prometheus. */
export async function record({ name, days, everyS }: SpanKind): Promise<Recording> {
  const folder = await Deno.makeTempDir({ prefix: "plex-span-" });
  try {
    const { code, stdout, stderr } = await runProcess("nice", [
      "-n",
      "10",
      Deno.execPath(),
      "run",
      "--no-check",
      "--frozen",
      "--allow-all",
      `--config=${CONFIG}`,
      RECORD,
      folder,
      String(days),
      String(everyS),
      name,
    ]);
    if (code !== 0) throw new Error(stdout + stderr);
    await Deno.stdout.write(new TextEncoder().encode(stdout));
    const truth: Truth = JSON.parse(await Deno.readTextFile(`${folder}/truth.json`));
    const snapshot = await openSnapshot(folder, everyS * 2);
    return {
      truth,
      snapshot,
      async [Symbol.asyncDispose]() {
        await snapshot[Symbol.asyncDispose]();
        await Deno.remove(folder, { recursive: true });
      },
    };
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}
