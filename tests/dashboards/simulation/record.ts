/**
 * Records a simulated span into blocks for Prometheus: `record.ts FOLDER DAYS EVERY_S busy|normal`.
 * A program of its own so that two spans are recorded at once. Leaves `data/` and `truth.json`.
 */
import { Backfill } from "./backfill.ts";
import { simulateSpan } from "./span.ts";

const [folder = "", days, everyS, kind] = Deno.args;
const beganMs = performance.now();
const backfill = new Backfill(folder);
const truth = await simulateSpan({
  days: Number(days),
  everyS: Number(everyS),
  busy: kind === "busy",
  page: (at, text) => backfill.add(at, text),
});
const simulatedMs = performance.now() - beganMs;
await backfill.close();
await Deno.writeTextFile(`${folder}/truth.json`, JSON.stringify(truth));
const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
const summary = [
  `${days} ${kind} days at ${everyS} s:`,
  `${backfill.samples} samples, ${Math.round(backfill.bytes / 1e6)} MB,`,
  `simulated in ${seconds(simulatedMs)}, loaded after ${seconds(performance.now() - beganMs)}`,
].join(" ");
await Deno.stdout.write(new TextEncoder().encode(`${summary}\n`));
