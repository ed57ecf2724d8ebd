/**
 * Books what a server sends and how busy it is, second by second, whenever it is asked. It is lazy:
 * nothing is booked before somebody changes or reads something.
 */
import { BandwidthLog } from "./bandwidth_log.ts";
import { isLocal } from "./stream_output.ts";
import { Resources, sampleEveryS } from "./resources.ts";
import type { Random } from "./random.ts";
import type { Session } from "./session.ts";
import { bytesInSecond } from "./stream_bandwidth.ts";

/** What is measured. */
export interface Subject {
  /** Milliseconds of the world's clock. */
  now(): number;
  /** By how much Plex's clock is ahead of it. */
  skewMs(): number;
  isUp(): boolean;
  /** Sessions somebody is watching. */
  watched(): readonly Session[];
  /** Transcodes of nobody. */
  background(): readonly Session[];
  /** How many jobs run in the background. */
  jobs(): number;
}

/** The server's bandwidth and load. */
export class UsageMeter {
  readonly ledger: BandwidthLog;
  readonly resources: Resources;
  readonly #dice: Random;
  readonly #subject: Subject;
  #settledS: number;

  constructor(dice: Random, subject: Subject) {
    this.#dice = dice.fork();
    this.ledger = new BandwidthLog(dice.fork());
    this.resources = new Resources(dice.fork());
    this.#subject = subject;
    this.#settledS = Math.floor(subject.now() / 1000);
    this.#bookPast();
  }

  /** Books up to now. Calling it more often changes nothing. */
  settle(): void {
    const nowS = Math.floor(this.#subject.now() / 1000);
    for (let second = this.#settledS + 1; second <= nowS; second += 1) this.#bookSecond(second);
    this.#settledS = Math.max(this.#settledS, nowS);
    this.ledger.prune(this.#plexSecond(nowS));
  }

  #plexSecond(second: number): number {
    return second + Math.trunc(this.#subject.skewMs() / 1000);
  }

  #bookSecond(second: number): void {
    if (!this.#subject.isUp()) return;
    const atS = this.#plexSecond(second);
    for (const session of this.#subject.watched()) {
      const bytes = bytesInSecond(session, second, this.#dice);
      if (bytes === 0) continue;
      this.ledger.book({
        atS,
        accountId: session.user?.id ?? 0,
        deviceId: session.player?.deviceId ?? 0,
        lan: isLocal(session.location),
        bytes,
      }, second * 1000);
    }
    if (second % sampleEveryS === 0) this.#sample(atS, second * 1000);
  }

  #sample(atS: number, secondMs: number): void {
    const watched = this.#subject.watched();
    const transcodes = [...watched, ...this.#subject.background()]
      .filter((session) => session.delivery.video === "transcode");
    const software = transcodes.filter((session) => session.delivery.encoder === undefined);
    this.resources.sample(atS, {
      sessions: watched.length,
      softwareTranscodes: software.length,
      otherTranscodes: transcodes.length - software.length,
      scans: this.#subject.jobs(),
    }, secondMs);
  }

  /** Load and traffic from before the world began, which nobody may count. */
  #bookPast(): void {
    const nowS = this.#plexSecond(this.#settledS);
    for (let atS = nowS - 3000; atS < nowS; atS += 4) {
      const bytes = this.#dice.between(1_000, 4_000_000);
      this.ledger.bookHistory({ atS, accountId: 1, deviceId: 1, lan: atS % 3 !== 0, bytes });
    }
    const idle = { sessions: 0, softwareTranscodes: 0, otherTranscodes: 0, scans: 0 };
    const first = Math.ceil((nowS - 150) / sampleEveryS) * sampleEveryS;
    for (let atS = first; atS <= nowS; atS += sampleEveryS) {
      this.resources.sample(atS, idle, (this.#settledS - (nowS - atS)) * 1000);
    }
  }
}
