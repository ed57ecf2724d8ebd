/**
 * The program as a process with a state file, on a simulated Plex that runs on while it is down. It
 * is killed and started again, on the same port.
 */
import { systemClock } from "../../src/clock.ts";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { freePort, type Process, startProgram, until } from "./program.ts";
import { NO_LAG } from "./simulator_builders.ts";

const SCRAPE_LIMIT_MS = 10_000;

/** Hundreds of starts take long on a machine that is busy with other things. */
const PAGE_LIMIT_MS = 60_000;

/** The program, one process after the other, and its simulated Plex. */
export class KilledProgram implements AsyncDisposable {
  readonly plex: SimulatedPlex;
  readonly url: string;
  readonly #env: Readonly<Record<string, string>>;
  #process: Process | undefined;
  /** The exit code of the program, once it has ended. */
  #ended: number | undefined;

  private constructor(plex: SimulatedPlex, stateFile: string) {
    this.plex = plex;
    // While the program is down, no connection of 127.0.0.1 takes the port.
    const address = `127.0.0.2:${freePort()}`;
    this.url = `http://${address}/metrics`;
    this.#env = {
      PLEX_SERVER: plex.url,
      PLEX_TOKEN: plex.ownerToken,
      LISTEN_ADDRESS: address,
      STATE_FILE: stateFile,
      WALK_INTERVAL: "0",
    };
  }

  /** Starts the simulated Plex, and the program for the first time. */
  static async begin(folder: string): Promise<KilledProgram> {
    const plex = await startPlex({
      clock: systemClock,
      duplicateShare: 0,
      lag: NO_LAG,
    });
    const program = new KilledProgram(plex, `${folder}/state.json`);
    program.start();
    return program;
  }

  /** Starts the program, and does not wait for it. */
  start(): void {
    this.#process = startProgram([], { env: this.#env });
    this.#ended = undefined;
    void this.#process.code.then((code) => this.#ended = code);
  }

  /** Kills the program at once and waits until it has ended. */
  async kill(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
    this.#process = undefined;
  }

  /** Ends the program by a signal; its exit code. */
  async stop(): Promise<number | undefined> {
    this.#process?.signal("SIGTERM");
    return await this.#process?.code;
  }

  /** A page; nothing if the program does not answer, or ends before it has. */
  async scrape(): Promise<string | undefined> {
    try {
      const answer = await fetch(this.url, { signal: AbortSignal.timeout(SCRAPE_LIMIT_MS) });
      return await answer.text();
    } catch {
      return undefined;
    }
  }

  /**
   * The first page that matches; `onPage` is called with every page until then, since each is a
   * scrape. Rejects with the program's log if none matches.
   */
  async page(pattern: RegExp, onPage: (text: string) => void = () => {}): Promise<string> {
    try {
      return await until(`a page with ${pattern}`, async () => {
        const text = await this.scrape();
        if (this.#ended !== undefined) throw new Error("The program has ended");
        if (text === undefined) return undefined;
        onPage(text);
        return pattern.test(text) ? text : undefined;
      }, PAGE_LIMIT_MS);
    } catch (error) {
      throw new Error(`${error}\n${this.#process?.stderr}`);
    }
  }

  /** When the newest request to an endpoint was answered, since `sinceMs`. */
  async requested(template: string, sinceMs: number): Promise<number> {
    return await until(`a request to ${template}`, () =>
      Promise.resolve(
        this.plex.requests.findLast((request) =>
          request.template === template && request.atMs >= sinceMs && request.status === 200
        )?.atMs,
      ));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.plex.close();
  }
}
