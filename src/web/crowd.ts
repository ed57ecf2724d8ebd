/**
 * The clients that are connected, of whom there may be only so many: who has waited longest without
 * a request makes room. It opens and answers nothing.
 */

/** Somebody who is connected. */
export interface Guest {
  /** Ends the connection at once. */
  destroy(): void;
}

/** Those who are connected. */
export interface Crowd {
  /** Takes somebody in, and sends somebody else away where there are too many. */
  enter(guest: Guest): void;
  /** A request of his is under way. */
  asks(guest: Guest): void;
  /** His request is answered. */
  waits(guest: Guest): void;
  /** He has left. */
  leave(guest: Guest): void;
  /** There are too many for this machine: sends a quarter of them away, and takes no more again. */
  shrink(): void;
  /** Sends everybody away. */
  dissolve(): void;
  /** How many there may be. */
  readonly most: number;
}

/** Few enough to cost little memory, and far more than ever scrape one exporter. */
const MOST = 250;

/** However little the machine has, so many are let in. */
const LEAST = 16;

export function createCrowd(): Crowd {
  // Sets remember in which order one came.
  const waiting = new Set<Guest>();
  const asking = new Set<Guest>();
  let most = MOST;

  const leave = (guest: Guest) => {
    waiting.delete(guest);
    asking.delete(guest);
  };
  const makeRoom = () => {
    while (waiting.size + asking.size > most) {
      const [longest] = waiting.size > 0 ? waiting : asking;
      if (longest === undefined) return;
      leave(longest);
      longest.destroy();
    }
  };
  const move = (guest: Guest, from: Set<Guest>, to: Set<Guest>) => {
    if (from.delete(guest)) to.add(guest);
  };

  return {
    get most() {
      return most;
    },
    enter(guest) {
      waiting.add(guest);
      makeRoom();
    },
    asks: (guest) => move(guest, waiting, asking),
    waits: (guest) => move(guest, asking, waiting),
    leave,
    shrink() {
      most = Math.max(LEAST, Math.floor((waiting.size + asking.size) * 0.75));
      makeRoom();
    },
    dissolve() {
      for (const guest of [...waiting, ...asking]) guest.destroy();
    },
  };
}
