/** Runs of `login` on a simulated plex.tv, for tests. */
import { createDisplay, login, type LoginRun, type Plan } from "../../src/login/mod.ts";
import {
  type Device,
  type PlexTv,
  type PlexTvOptions,
  startPlexTv,
} from "../../src/simulator/plex_tv/mod.ts";
import { type SimulatedPlex, startPlex } from "../../src/simulator/plex.ts";
import { DrivenClock } from "./driven_clock.ts";

/** A run that has begun. */
export interface LoginTest {
  readonly clock: DrivenClock;
  readonly plexTv: PlexTv;
  /** What was displayed. */
  readonly text: string;
  /** The code that was displayed last. Throws if there is none. */
  readonly code: string;
  /** Resolves to the outcome. */
  readonly plan: Promise<Plan | undefined>;
  /** As Ctrl-C does. */
  interrupt(): void;
  /** Enters the code, lets it be noticed, and resolves to the outcome. */
  finish(): Promise<Plan | undefined>;
}

/** How plex.tv and the run begin. */
export interface LoginTestOptions extends Partial<Omit<PlexTvOptions, "clock">> {
  readonly isTerminal?: boolean;
  /** Called before the run begins. */
  readonly before?: (plexTv: PlexTv) => void;
}

/** The code in a text of `login`. */
export function codeIn(text: string): string {
  const code = [...text.matchAll(/enter the code (\w{4})$/gm)].at(-1)?.[1];
  if (code === undefined) throw new Error(`There is no code in:\n${text}`);
  return code;
}

/** Starts `login` on a simulated plex.tv, waits until it has asked for a code, and runs a test. */
export async function withLogin(
  { isTerminal = false, before = () => {}, ...options }: LoginTestOptions,
  run: (test: LoginTest) => Promise<void>,
  clock: DrivenClock = new DrivenClock(),
): Promise<void> {
  const plexTv = await startPlexTv({ clock, ...options });
  clock.exclude(plexTv);
  before(plexTv);
  const end = new AbortController();
  let text = "";
  const settings: LoginRun = {
    baseUrl: `http://127.0.0.1:${plexTv.port}`,
    device: { clientIdentifier: "prometheus-plex-exporter-0123", name: "exporter (host)" },
    version: "1.2.3",
    clock,
    random: () => 0.5,
    signal: end.signal,
    display: createDisplay((more) => void (text += more), isTerminal),
    isTerminal,
  };
  const plan = login(settings);
  try {
    await clock.drain();
    await run({
      clock,
      plexTv,
      plan,
      get text() {
        return text;
      },
      get code() {
        return codeIn(text);
      },
      interrupt: () => end.abort(),
      async finish() {
        plexTv.claim(codeIn(text));
        await clock.advance(5_000);
        return await plan;
      },
    });
  } finally {
    end.abort();
    await plan;
    await plexTv.close();
  }
}

/** Runs a test with simulated Plex servers. */
export async function withServers(
  names: readonly string[],
  run: (plexes: readonly SimulatedPlex[], clock: DrivenClock) => Promise<void>,
): Promise<void> {
  const clock = new DrivenClock();
  const plexes: SimulatedPlex[] = [];
  for (const [seed, name] of names.entries()) {
    const plex = await startPlex({ clock, seed, name });
    plex.simulation.tokens.issue(`token-of-${name}-synthetic`);
    clock.exclude(plex);
    plexes.push(plex);
  }
  try {
    await run(plexes, clock);
  } finally {
    for (const plex of plexes) await plex.close();
  }
}

/** How plex.tv lists a simulated server, by default as an own one at its local address. */
export function deviceOf(plex: SimulatedPlex, more: Partial<Device> = {}): Device {
  const { server } = plex.simulation;
  return {
    name: server.friendlyName,
    clientIdentifier: server.machineIdentifier,
    accessToken: plex.ownerToken,
    connections: [localConnection(plex.url)],
    ...more,
  };
}

/** A connection to a URL of this machine. */
export function localConnection(url: string, local = true): Device["connections"][number] {
  const { hostname, port } = new URL(url);
  return { address: hostname, port: Number(port), uri: url, local };
}
