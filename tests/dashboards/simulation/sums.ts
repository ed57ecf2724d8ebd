/** Sums of the ground truth, to compare with results of Prometheus. */
import type { Truth, TruthPlay, TruthSpan } from "./truth.ts";

type Name =
  | "user"
  | "media_type"
  | "library"
  | "platform"
  | "device_type"
  | "title"
  | "decision"
  | "location";

interface Window {
  readonly from: number;
  readonly to: number;
}

/** Seconds of a play within a window, while the exporter was running. */
function secondsOf({ from, to }: TruthSpan, window: Window, runs: Truth["runs"]): number {
  return runs.reduce((sum, [begin, end]) => {
    const ms = Math.min(to, end, window.to) - Math.max(from, begin, window.from);
    return sum + Math.max(0, ms) / 1000;
  }, 0);
}

function label(play: TruthPlay, span: TruthSpan, name: Name): string {
  return name === "decision" || name === "location" ? span[name] : play[name];
}

/** Seconds played within a window by label values, joined by "/". */
export function playedBy(
  { plays, runs }: Truth,
  names: readonly Name[],
  window: Window,
  chosen: (play: TruthPlay) => boolean = () => true,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const play of plays.filter(chosen)) {
    for (const span of play.spans) {
      if (span.state !== "playing") continue;
      const seconds = secondsOf(span, window, runs);
      if (seconds === 0) continue;
      const key = names.map((name) => label(play, span, name)).join("/");
      sums.set(key, (sums.get(key) ?? 0) + seconds);
    }
  }
  return sums;
}

/** Seconds played within a window with a transcode, by stream and hardware, joined by "/". */
export function transcodedBy({ plays, runs }: Truth, window: Window): Map<string, number> {
  const sums = new Map<string, number>();
  for (const span of plays.flatMap(({ spans }) => spans)) {
    if (span.state !== "playing") continue;
    const seconds = secondsOf(span, window, runs);
    for (const key of span.transcoded) sums.set(key, (sums.get(key) ?? 0) + seconds);
  }
  return sums;
}

/** All seconds played within a window. */
export function playedIn(truth: Truth, window: Window): number {
  return playedBy(truth, [], window).get("") ?? 0;
}

/** The number of selected plays that were playing within a window. */
export function playingIn(
  { plays }: Truth,
  window: Window,
  chosen: (span: TruthSpan) => boolean,
): number {
  return plays.filter(({ spans }) =>
    spans.some((span) =>
      span.state === "playing" && span.to > window.from && span.from < window.to && chosen(span)
    )
  ).length;
}

/** Plays that the exporter counts: a play that continues across a restart counts twice. */
export function playsSeen({ plays, runs }: Truth, by: Name, leastMs = 1_000): Map<string, number> {
  const sums = new Map<string, number>();
  for (const play of plays) {
    const [first, last] = [play.spans.at(0), play.spans.at(-1)];
    if (first === undefined || last === undefined) continue;
    const seen = runs.filter(([begin, end]) =>
      Math.min(last.to, end) - Math.max(first.from, begin) > leastMs
    ).length;
    const key = label(play, first, by);
    sums.set(key, (sums.get(key) ?? 0) + seen);
  }
  return sums;
}
