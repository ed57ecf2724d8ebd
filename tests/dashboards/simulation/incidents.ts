/** The incidents of two busy days, and the alerts that they cause. */
import { METHODS } from "../../testing/methods.ts";
import { DAY_MS, HOUR_MS } from "./habits.ts";
import type { Workload } from "./workload.ts";

const MINUTE_MS = 60_000;

/** The alerts of two busy days, each with its cause. */
export const EXPECTED_ALERTS: Readonly<Record<string, string>> = {
  PlexExporterDown: "the exporter is off for ten minutes on the second morning",
  PlexTokenRejected: "all devices are signed out on the first morning",
  PlexDown: "the small server is off for twenty minutes",
  PlexSoftwareTranscodes: "five films are converted in software at once",
  PlexHostCpuHigh: "the same five films",
  PlexRemoteAccessDown: "remote access fails for two hours",
  PlexScanStuck: "a scan takes five hours",
  PlexLibraryNotScanned: "the photos of the small server were not scanned for eight days",
  PlexLibraryShrank: "a scan finds half of the films unmounted",
  PlexLibraryGrowsFast: "a scan finds thirty more films",
  PlexBuffering: "a player buffers a third of the time for forty minutes",
  PlexRecordingFailed: "a recording has no reception",
  PlexTunersAllInUse: "four films are recorded at once",
  PlexUpdateAvailable: "there is a new version",
};

/** Schedules the incidents of two days from now, at midnight. */
export function planIncidents(
  large: Workload,
  small: Workload,
  exporter: { readonly restart: (goneMs: number) => void },
): void {
  const at = (day: number, hour: number, run: () => void) =>
    large.timers.after((day - 1) * DAY_MS + hour * HOUR_MS, run);
  const films = large.simulation.libraries.get("1");

  at(1, 4.5, () => large.simulation.tokens.revoke());
  at(1, 4.75, () => large.simulation.tokens.restore());
  at(1, 9, () => {
    const removed = films.items.filter((_, index) => index % 2 === 0)
      .flatMap(({ ratingKey }) => ratingKey ?? []);
    large.simulation.scan("1", { removed });
  });
  at(1, 11, () => large.simulation.server.setReachable(false));
  at(1, 13, () => large.simulation.server.setReachable(true));
  at(1, 14, () => small.simulation.restart({ goneMs: 20 * MINUTE_MS, startingMs: 20_000 }));
  at(1, 15, () => [0, 1, 2, 4, 6].forEach((player) => transcodeInSoftware(large, player, 45)));
  at(1, 20.2, () => large.simulation.restart());
  at(1, 21.25, () => exporter.restart(40_000));
  at(2, 6, () => exporter.restart(10 * MINUTE_MS));
  at(1, 22, () => {
    for (const title of ["North", "South", "East", "West"]) {
      large.simulation.dvr?.schedule({ title, inMs: 0, takesMs: HOUR_MS });
    }
  });
  at(2, 8, () => large.simulation.dvr?.schedule({ title: "News", takesMs: HOUR_MS, fails: true }));
  at(2, 10, () => large.simulation.server.offerUpdate("1.43.4.11000-b0bb1e5"));
  at(2, 12, () => small.simulation.scan("2", { takesMs: 5 * HOUR_MS }));
  at(2, 13, () => bufferOften(large, 40));
  at(2, 16, () => {
    const added = Array.from(
      { length: 30 },
      (_, index) => large.simulation.generator.film(films, `Box of Films ${index + 1}`, index),
    );
    large.simulation.scan("1", { added });
  });
  at(2, 19.5, () => large.simulation.restart());
  at(2, 20.75, () => small.simulation.restart());

  // The nightly scans include every library except this one.
  const photos = small.simulation.libraries.get("4");
  photos.scannedAtS -= 7 * 86_400;
  small.unscanned.add("4");
}

/** Starts plays by every method at once, so that every panel has data. */
export function playEverything(workload: Workload, minutes: number): void {
  const { simulation, timers } = workload;
  METHODS.forEach((method, index) => {
    const [user, player] = [
      simulation.users[index % simulation.users.length],
      simulation.players[index],
    ];
    if (!user || !player || simulation.status !== "up") return;
    const item = workload.choose(index % 2 === 0 ? "movie" : "episode");
    const location = index % 3 === 1 ? "wan" : "lan";
    const viewer = simulation.play({ item, user, player, method, location });
    if (index === 5) {
      for (let minute = 4; minute < minutes; minute += 4) {
        workload.planBuffering(viewer, minute * MINUTE_MS, 5_000);
      }
    }
    if (index === 1) timers.after((minutes - 2) * MINUTE_MS, () => viewer.pause());
  });
}

function transcodeInSoftware(workload: Workload, player: number, minutes: number): void {
  const viewer = workload.watch({
    user: player % 6,
    player,
    preference: "movie",
    method: "software transcode",
    location: "lan",
    days: [],
    hour: 0,
    items: 2,
  });
  workload.timers.after(minutes * MINUTE_MS, () => viewer?.stop());
}

/** A player that buffers a third of the time. */
function bufferOften(workload: Workload, minutes: number): void {
  const [user, player] = [workload.simulation.users[5], workload.simulation.players[8]];
  if (!user || !player) return;
  const item = workload.choose("movie");
  const viewer = workload.simulation.play({
    item,
    user,
    player,
    location: "wan",
    state: "playing",
  });
  for (let atMs = 20_000; atMs < minutes * MINUTE_MS; atMs += 20_000) {
    workload.planBuffering(viewer, atMs, 6_500);
  }
  workload.timers.after(minutes * MINUTE_MS + 10_000, () => viewer.stop());
}
