/**
 * Records the bytes that a server sends and its load, for each second. It is lazy: it records when
 * the values are read or when a session changes.
 */
import { BandwidthLog } from "./bandwidth_log.ts";
import { isLocal } from "./stream_output.ts";
import { Resources, SAMPLE_INTERVAL_S } from "./resources.ts";
import type { Random } from "./random.ts";
import type { Session } from "./session.ts";
import { bytesInSecond } from "./stream_bandwidth.ts";

/** What is measured. */
export interface UsageSource {
  /** Milliseconds of the simulation's clock. */
  now(): number;
  /** By how much Plex's clock is ahead of it. */
  skewMs(): number;
  isUp(): boolean;
  /** Sessions with a client. */
  activeSessions(): readonly Session[];
  /** Transcodes without a session. */
  backgroundJobs(): readonly Session[];
  /** How many jobs run in the background. */
  activityCount(): number;
}

/** The server's bandwidth and load. */
export class UsageMeter {
  readonly bandwidth: BandwidthLog;
  readonly resources: Resources;
  readonly #random: Random;
  readonly #source: UsageSource;
  #recordedUntilS: number;

  constructor(random: Random, source: UsageSource) {
    this.#random = random.fork();
    this.bandwidth = new BandwidthLog(random.fork());
    this.resources = new Resources(random.fork());
    this.#source = source;
    this.#recordedUntilS = Math.floor(source.now() / 1000);
    this.#recordPast();
  }

  /** Records up to now. Calling it more often changes nothing. */
  record(): void {
    const nowS = Math.floor(this.#source.now() / 1000);
    for (let second = this.#recordedUntilS + 1; second <= nowS; second += 1) {
      this.#recordSecond(second);
    }
    this.#recordedUntilS = Math.max(this.#recordedUntilS, nowS);
    this.bandwidth.prune(this.#plexSecond(nowS));
  }

  #plexSecond(second: number): number {
    return second + Math.trunc(this.#source.skewMs() / 1000);
  }

  #recordSecond(second: number): void {
    if (!this.#source.isUp()) return;
    const atS = this.#plexSecond(second);
    for (const session of this.#source.activeSessions()) {
      const bytes = bytesInSecond(session, second, this.#random);
      if (bytes === 0) continue;
      this.bandwidth.record({
        atS,
        accountId: session.user?.id ?? 0,
        deviceId: session.player?.deviceId ?? 0,
        lan: isLocal(session.location),
        bytes,
      }, second * 1000);
    }
    if (second % SAMPLE_INTERVAL_S === 0) this.#sample(atS, second * 1000);
  }

  #sample(atS: number, secondMs: number): void {
    const watched = this.#source.activeSessions();
    const transcodes = [...watched, ...this.#source.backgroundJobs()]
      .filter((session) => session.stream.video === "transcode");
    const software = transcodes.filter((session) => session.stream.encoder === undefined);
    this.resources.sample(atS, {
      sessions: watched.length,
      softwareTranscodes: software.length,
      otherTranscodes: transcodes.length - software.length,
      activities: this.#source.activityCount(),
    }, secondMs);
  }

  /** Load and traffic from before the simulation began, which a client must not count. */
  #recordPast(): void {
    const nowS = this.#plexSecond(this.#recordedUntilS);
    for (let atS = nowS - 3000; atS < nowS; atS += 4) {
      const bytes = this.#random.integer(1_000, 4_000_000);
      this.bandwidth.recordPast({ atS, accountId: 1, deviceId: 1, lan: atS % 3 !== 0, bytes });
    }
    const idle = { sessions: 0, softwareTranscodes: 0, otherTranscodes: 0, activities: 0 };
    const first = Math.ceil((nowS - 150) / SAMPLE_INTERVAL_S) * SAMPLE_INTERVAL_S;
    for (let atS = first; atS <= nowS; atS += SAMPLE_INTERVAL_S) {
      this.resources.sample(atS, idle, (this.#recordedUntilS - (nowS - atS)) * 1000);
    }
  }
}
