/**
 * A household that never stops: its people watch, listen, pause and zap, its server scans. It uses
 * the methods of a simulation and serves nothing.
 */
import type { Clock } from "../clock.ts";
import { Person } from "./person.ts";
import { createRandom, type Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";
import { Timers } from "./timers.ts";
import type { Viewer } from "./viewer.ts";
import { viewerProfiles } from "./viewer_profiles.ts";

/** What the people of a household do. */
export interface ViewerSimulationOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** The least and most time one item is watched for; one to four minutes by default. */
  readonly watchMs?: readonly [number, number];
}

/** How many people are watching when the simulation starts. */
const WATCHING_AT_START = 5;

/** Actions of the first seconds, by person, so that a first look soon shows every kind of change. */
const STARTUP_ACTIONS: readonly {
  readonly atMs: number;
  readonly person: number;
  readonly act: (viewer: Viewer, person: Person) => void;
}[] = [
  {
    atMs: 2200,
    person: 1,
    act: (viewer) =>
      viewer.changeQuality("hardware transcode", { quality: { bitrateKbps: 1500, height: 480 } }),
  },
  { atMs: 2700, person: 0, act: (viewer) => viewer.pause() },
  { atMs: 3400, person: 1, act: (viewer, person) => person.playNext(viewer, "same key") },
  { atMs: 3600, person: 2, act: (viewer) => viewer.stop() },
];

/** Lets people watch until it is stopped; items that play then go on playing. */
export function startViewers(
  simulation: Simulation,
  options: ViewerSimulationOptions,
): { stop(): void } {
  const timers = new Timers(options.clock);
  const random = createRandom(options.seed);
  const watchMs = options.watchMs ?? [60_000, 240_000];
  const people = viewerProfiles.map((profile, index) => {
    const person = new Person(simulation, timers, random.fork(), profile, watchMs);
    if (index < WATCHING_AT_START) person.watch(true);
    else timers.after(100 + (index - WATCHING_AT_START) * 200, () => person.watch(false));
    return person;
  });
  for (const { atMs, person: index, act } of STARTUP_ACTIONS) {
    const person = people[index];
    timers.after(atMs, () => person?.viewer && act(person.viewer, person));
  }
  maintainServer(simulation, timers, random.fork());
  return { stop: () => timers.close() };
}

/** Scans, other jobs, and now and then a session that nobody watches. */
function maintainServer(simulation: Simulation, timers: Timers, random: Random): void {
  const scan = (findsItems = false) => {
    if (simulation.status !== "up" || simulation.libraries.length === 0) return;
    const library = random.pick(simulation.libraries);
    if (library.refreshing) return;
    const added = findsItems || random.chance(0.8) ? simulation.generator.addition(library) : [];
    const leaf = library.items.at(-1)?.ratingKey;
    const removed = random.chance(0.15) && leaf !== undefined ? [leaf] : [];
    simulation.scan(library.id, { added, removed, takesMs: random.integer(2500, 4500) });
  };
  timers.after(300, () => scan(true));
  timers.repeat(() => random.integer(35_000, 80_000), () => scan());
  timers.repeat(() => random.integer(60_000, 150_000), () => {
    if (simulation.status !== "up") return;
    const type = random.pick(["media.generate.intros", "library.refresh.items", "butler"]);
    const takesMs = random.integer(5000, 20_000);
    simulation.activities.run({ type, title: "Housekeeping", takesMs });
  });
  timers.repeat(() => random.integer(120_000, 240_000), () => {
    const films = simulation.libraries.flatMap((library) =>
      library.items.filter((item) => item.type === "movie")
    );
    if (films.length === 0 || simulation.status !== "up") return;
    const event = random.pick(["dlna", "strays", "download"] as const);
    if (event === "dlna") simulation.dlnaGhost(random.pick(films));
    else if (event === "strays") simulation.strayStops(random.pick(films));
    else simulation.backgroundJobs.convert(random.pick(films), random.integer(30_000, 90_000));
  });
}
