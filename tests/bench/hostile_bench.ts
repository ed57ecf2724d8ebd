/** The time to handle hostile input. A text twice as long must take about twice as long. */
import { openLog } from "../../src/log/mod.ts";
import { parseJson } from "../../src/plex/bounded_json.ts";

const log = openLog({ level: "info", format: "json", zone: "UTC", write: () => {} });
log.redact("\\".repeat(20) + 'aaaa"\\"');

const WORK: Readonly<Record<string, readonly [length: number, (length: number) => () => void]>> = {
  "parseJson, many objects": [5e6, (length) => {
    const text = `[${"{},".repeat(length / 3)}0]`;
    return () => void parseJson(text);
  }],
  "parseJson, many numbers": [5e6, (length) => {
    const text = `[${"1,".repeat(length / 2)}0]`;
    return () => void parseJson(text);
  }],
  ...Object.fromEntries(
    ["token=", "//", "\\", "%25", "authorization", '"token" ', "eyJ."].map((part) => [
      `a line of the log, ${part}`,
      [4e4, (length: number) => {
        const text = part.repeat(length / part.length);
        return () => log.info(text);
      }] as const,
    ]),
  ),
};

for (const [group, [length, prepare]] of Object.entries(WORK)) {
  Deno.bench(`${group}, once`, { group, baseline: true }, prepare(length));
  Deno.bench(`${group}, twice as long`, { group }, prepare(2 * length));
}
