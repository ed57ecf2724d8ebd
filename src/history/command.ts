/** The `history` command: arguments and signals in, a file or stdout and an exit code out. */
import type { Clock } from "../clock.ts";
import type { Config } from "../config/mod.ts";
import { BAD_SETTINGS, BROKEN_PIPE, FAILED, OK, SIGNAL_CODES } from "../exit_codes.ts";
import { writeHistory } from "./mod.ts";
import { type HistoryOptions, readOptions } from "./options.ts";
import { openOutput, type Output } from "./output.ts";

export interface HistoryCommand {
  /** The arguments after `history`. */
  readonly args: readonly string[];
  /** Reads the settings, or reports their problems and returns `undefined`. */
  readonly readSettings: () => Config | undefined;
  /** Resolves with the name of the signal that ends the process. */
  readonly stopped: () => Promise<string>;
  readonly clock: Clock;
  /** Prints a line on stderr. */
  readonly report: (line: string) => void;
}

/** Writes the history to the output that the options name. Resolves to the exit code. */
export async function runHistory(command: HistoryCommand): Promise<number> {
  const { args, clock, readSettings, stopped, report } = command;
  const { value: options, problems } = readOptions(args, clock.now());
  if (options === undefined) {
    problems.forEach((problem) => report(`error: ${problem}`));
    report("\nThe options are explained by history --help.");
    return BAD_SETTINGS;
  }
  const config = readSettings();
  if (config === undefined) return BAD_SETTINGS;
  const end = new AbortController();
  let signalName: string | undefined;
  stopped().then((name) => {
    signalName = name;
    end.abort();
  });
  let output: Output | undefined;
  try {
    output = openOutput(options.output, end.signal);
    // The file is open: nothing else is written.
    Deno.permissions.revokeSync({ name: "write" });
    if (await write(command, config, options, output, end.signal)) return OK;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await output?.abandon();
    // The reader of stdout has closed it.
    if (error instanceof Deno.errors.BrokenPipe) return BROKEN_PIPE;
    // Deno opens a device only with every permission.
    const isDevice = error instanceof Deno.errors.NotCapable;
    const reason = isDevice ? "it is a device; write to stdout instead" : error.message;
    report(`error: Cannot write ${options.output ?? "to stdout"}: ${reason}`);
    return FAILED;
  }
  await output.abandon();
  if (signalName === undefined) return FAILED;
  report(`Interrupted by ${signalName}: the output is incomplete, and cannot be imported`);
  return SIGNAL_CODES[signalName] ?? FAILED;
}

/** Writes the history of all servers. Returns whether it is complete. Rejects on a write error. */
async function write(
  { clock, report }: HistoryCommand,
  config: Config,
  options: HistoryOptions,
  output: Output,
  signal: AbortSignal,
): Promise<boolean> {
  if (options.labels["job"] === undefined || options.labels["instance"] === undefined) {
    report(
      "note: without --label job=… and --label instance=… these are not the exporter's series",
    );
  }
  const isComplete = await writeHistory({
    config,
    options,
    clock,
    random: Math.random,
    signal,
    write: (text) => output.write(text),
    report,
  });
  if (isComplete) await output.close();
  if (!isComplete || signal.aborted) return false;
  for (const line of closingLines(options, output.bytes)) report(line);
  return true;
}

/** How to import the file. */
function closingLines({ output = "FILE", untilMs }: HistoryOptions, bytes: number): string[] {
  const until = new Date(untilMs).toISOString();
  return [
    `Written: ${(bytes / 1e6).toFixed(1)} MB, up to ${until}`,
    "Import it into the folder of Prometheus' data, here DATA:",
    `  promtool tsdb create-blocks-from openmetrics --max-block-duration=1500h ${output} DATA`,
    "If the exporter was running before that time, write the file again with --until set to the time",
    "of its first start, which docs/history.md shows how to find.",
  ];
}
