/** A real Prometheus as a process, with its data in a folder. */
import { freePort, type Process, startProcess } from "./program.ts";
import { findTool } from "./tools.ts";

/** A Prometheus that is ready. */
export interface PrometheusProcess {
  readonly process: Process;
  /** Host and port. */
  readonly address: string;
}

/** Starts Prometheus with `data` in `folder`. It ends when its process is disposed of. */
export async function startPrometheusProcess(
  folder: string,
  configuration: string,
  flags: readonly string[] = [],
): Promise<PrometheusProcess> {
  const path = `${folder}/prometheus.yml`;
  await Deno.writeTextFile(path, configuration);
  const address = `127.0.0.1:${freePort()}`;
  const process = startProcess(findTool("prometheus"), [
    `--config.file=${path}`,
    `--storage.tsdb.path=${folder}/data`,
    // Simulated time may be in the past or the future.
    "--storage.tsdb.retention.time=100y",
    `--web.listen-address=${address}`,
    ...flags,
  ], { cwd: folder });
  try {
    await process.says(/Server is ready to receive web requests/);
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
  return { process, address };
}
