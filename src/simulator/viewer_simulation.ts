/**
 * Keeps a simulation busy: users play, pause and change channels, libraries are scanned. It only
 * calls the methods of the simulation.
 */
import type { Clock } from "../clock.ts";
import type { Dvr } from "./dvr.ts";
import { download } from "./download.ts";
import { Person } from "./person.ts";
import { createRandom, type Random } from "./random.ts";
import type { Simulation } from "./simulation.ts";
import { Timers } from "./timers.ts";
import type { Viewer } from "./viewer.ts";
import { viewerProfiles } from "./viewer_profiles.ts";

/** How the users behave. */
export interface ViewerSimulationOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** The least and most time one item is watched for; one to four minutes by default. */
  readonly watchMs?: readonly [number, number];
}

const MINUTE_MS = 60_000;

/** The number of users that are playing when the simulation starts. */
const WATCHING_AT_START = 5;

/** Actions in the first seconds, by user, so that every kind of change is soon visible. */
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

/** Starts the users. After `stop`, items that are playing continue to play. */
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
  if (simulation.dvr !== undefined) recordTelevision(simulation.dvr, timers);
  return { stop: () => timers.close() };
}

/** Records a programme at once and a shorter one every 20 minutes, of which every fourth fails. */
function recordTelevision(dvr: Dvr, timers: Timers): void {
  let count = 0;
  const schedule = () => {
    count += 1;
    const fails = count % 4 === 0;
    dvr.schedule({ title: `News ${count}`, inMs: 15 * MINUTE_MS, takesMs: 8 * MINUTE_MS, fails });
  };
  dvr.schedule({ title: "Late Film", channel: "007", inMs: 0, takesMs: 90 * MINUTE_MS });
  schedule();
  timers.repeat(() => 20 * MINUTE_MS, schedule);
}

/** Starts scans, other jobs, and sometimes a session without a user. */
function maintainServer(simulation: Simulation, timers: Timers, random: Random): void {
  const scan = (findsItems = false) => {
    if (simulation.status !== "up" || simulation.libraries.all.length === 0) return;
    const library = random.pick(simulation.libraries.all);
    if (library.refreshing) return;
    const added = findsItems || random.chance(0.8) ? simulation.generator.addition(library) : [];
    const last = library.items.at(-1)?.ratingKey;
    const removed = random.chance(0.15) && last !== undefined ? [last] : [];
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
    const films = simulation.libraries.all.flatMap((library) =>
      library.items.filter((item) => item.type === "movie")
    );
    if (films.length === 0 || simulation.status !== "up") return;
    const event = random.pick(["dlna", "strays", "download"] as const);
    if (event === "dlna") simulation.phantoms.browseByDlna(random.pick(films));
    else if (event === "strays") simulation.phantoms.strayStops(random.pick(films));
    else {
      const item = random.pick(films);
      const takesMs = random.integer(30_000, 90_000);
      // Some are optimisations, which are no activity of a user.
      if (takesMs % 3 === 0) simulation.backgroundJobs.convert(item, takesMs);
      else download(simulation, { item, user: random.pick(simulation.users), takesMs });
    }
  });
}
