/**
 * The task `smoke BINARY`: starts the demo of a binary and scrapes it every second for ten seconds.
 * It fails, with the output of the binary, if a scrape fails or the simulated Plex is not up in
 * time.
 */
import { printLine } from "./project.ts";

const SCRAPES = 10;
const START_LIMIT_MS = 30_000;

/** Time between two attempts, and between two scrapes. */
const DEFAULT_PAUSE_MS = 1_000;

const UP = /^plex_up\{.*\} 1$/m;

/** A running demo. */
interface Demo {
  /** What it has printed so far. */
  output(): string;
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
  stop(): Promise<void>;
}

function startDemo(binary: string): Demo {
  const child = new Deno.Command(binary, {
    args: ["demo"],
    env: { LISTEN_ADDRESS: "127.0.0.1:0" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  let ended = false;
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  const done = Promise.all([read(child.stdout), read(child.stderr), child.status])
    .finally(() => ended = true);
  return {
    output: () => output,
    hasEnded: () => ended,
    async stop() {
      if (!ended) child.kill("SIGTERM");
      await done;
    },
  };
}

/** Calls `attempt` until it returns something. Rejects after 30 s, or when the demo ends. */
async function until<T>(
  demo: Demo,
  pauseMs: number,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  const endsAt = performance.now() + START_LIMIT_MS;
  while (performance.now() < endsAt && !demo.hasEnded()) {
    const found = await attempt();
    if (found !== undefined) return found;
    await pause(pauseMs);
  }
  throw new Error(demo.hasEnded() ? "The demo has ended" : "The demo does not answer in time");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function scrape(url: string): Promise<string> {
  const response = await fetch(url);
  const page = await response.text();
  if (response.status !== 200) throw new Error(`A scrape got the status ${response.status}`);
  return page;
}

/** Runs the demo of a binary. Rejects with its output if it does not work. */
export async function smoke(binary: string, pauseMs: number = DEFAULT_PAUSE_MS): Promise<void> {
  const demo = startDemo(binary);
  try {
    const url = await until(
      demo,
      pauseMs,
      () => Promise.resolve(/^ *metrics +(http:\S+)$/m.exec(demo.output())?.[1]),
    );
    await until(demo, pauseMs, async () => UP.test(await scrape(url)) || undefined);
    for (let count = 0; count < SCRAPES; count += 1) {
      await pause(pauseMs);
      if (!UP.test(await scrape(url))) throw new Error("plex_up is no longer 1");
    }
    printLine(`${binary}: ${SCRAPES} scrapes with plex_up 1`);
  } catch (error) {
    throw new Error(`${binary} does not work:\n${demo.output()}`, { cause: error });
  } finally {
    await demo.stop();
  }
}

if (import.meta.main) {
  const [binary] = Deno.args;
  if (binary === undefined) throw new Error("Usage: deno task smoke BINARY");
  await smoke(binary);
}
