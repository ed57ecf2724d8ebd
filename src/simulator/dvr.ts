/** The recorder of a server: its tuners, and recordings that run, complete and fail. */
import type { Timers } from "./timers.ts";

/** A device with tuners, in a network or in the machine. */
export interface TunerDevice {
  /** Such as "1053C0CA". */
  readonly id: string;
  readonly model: string;
  readonly tuners: number;
  /** Whether it answers Plex. */
  alive: boolean;
  /** Whether the owner has enabled it. */
  enabled: boolean;
}

/** Options of a recorder. */
export interface DvrOptions {
  /** One with 4 tuners by default. */
  readonly devices?: readonly TunerDevice[];
  /**
   * Whether grabs of live television are listed beside those of recordings
   * (docs/plex/api.md#live-television-as-a-recording): true by default.
   */
  readonly listsLiveGrabs?: boolean;
}

/** Plex's words for the status of a grab. */
export type GrabStatus =
  | "inactive"
  | "scheduled"
  | "inprogress"
  | "complete"
  | "cancelled"
  | "error"
  | "postprocessing"
  | "paused";

/** A recording, from its schedule to some time after its end. */
export interface Recording {
  readonly id: number;
  readonly title: string;
  readonly channel: string;
  readonly beginsAtMs: number;
  readonly endsAtMs: number;
  status: GrabStatus;
}

/** A recording to schedule. */
export interface RecordingOptions {
  readonly title: string;
  readonly channel?: string;
  /** Until it begins; 1 minute by default. */
  readonly inMs?: number;
  /** 30 minutes by default. */
  readonly takesMs?: number;
  /** Without reception it fails instead of completing. */
  readonly fails?: boolean;
}

const MINUTE_MS = 60_000;

/** How long a recording is processed after its end. */
const PROCESSING_MS = MINUTE_MS;

/** How long a recording stays listed after its end. How long Plex lists it is not known. */
const LISTED_MS = 24 * 60 * MINUTE_MS;

/** The recorder. Its recordings begin and end by themselves. */
export class Dvr {
  readonly devices: readonly TunerDevice[];
  readonly listsLiveGrabs: boolean;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #recordings = new Set<Recording>();
  #lastId = 0;

  constructor(options: DvrOptions, timers: Timers, now: () => number) {
    this.devices = options.devices ??
      [{ id: "1053C0CA", model: "HDHomeRun QUATRO", tuners: 4, alive: true, enabled: true }];
    this.listsLiveGrabs = options.listsLiveGrabs ?? true;
    this.#timers = timers;
    this.#now = now;
  }

  /** What is scheduled, runs, or has ended within a day; the oldest first. */
  get recordings(): readonly Recording[] {
    return [...this.#recordings];
  }

  /** Schedules a recording, which runs unless it is cancelled before. */
  schedule(options: RecordingOptions): Recording {
    const { title, channel = "004", inMs = MINUTE_MS, takesMs = 30 * MINUTE_MS, fails } = options;
    const beginsAtMs = this.#now() + inMs;
    this.#lastId += 1;
    const recording: Recording = {
      id: this.#lastId,
      title,
      channel,
      beginsAtMs,
      endsAtMs: beginsAtMs + takesMs,
      status: "scheduled",
    };
    this.#recordings.add(recording);
    const setStatusAfter = (ms: number, status: GrabStatus) =>
      this.#timers.after(ms, () => {
        if (recording.status !== "cancelled") recording.status = status;
      });
    setStatusAfter(inMs, "inprogress");
    setStatusAfter(inMs + takesMs, fails ? "error" : "postprocessing");
    if (!fails) setStatusAfter(inMs + takesMs + PROCESSING_MS, "complete");
    this.#timers.after(
      inMs + takesMs + PROCESSING_MS + LISTED_MS,
      () => this.#recordings.delete(recording),
    );
    return recording;
  }

  /** Cancels a recording, which goes on being listed. */
  cancel(recording: Recording): void {
    recording.status = "cancelled";
  }
}
