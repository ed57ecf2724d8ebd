/**
 * The views of the years before the simulation, each computed from its position when it is
 * requested: 200,000 of them take no memory. The same seed gives the same views.
 */
import type { Item, ItemType } from "./item.ts";
import type { Libraries } from "./libraries.ts";
import { createRandom, type Random } from "./random.ts";
import type { Player, User } from "./users.ts";
import { programmes } from "./titles.ts";

/** One item that was watched to its threshold. Times are seconds of Plex's clock. */
export interface View {
  /** The number at the end of its history key. */
  readonly id: number;
  readonly viewedAtS: number;
  readonly accountId: number;
  readonly deviceId: number;
  /** The item as it was; without a rating key if it has been deleted since, or was live. */
  readonly item: Item;
}

/** The views before the simulation begins. */
export interface PastViewsOptions {
  readonly count: number;
  /** 3 by default. */
  readonly years?: number;
}

/** What past views are made of: the items that exist, and the users. */
export interface PastViewsContext {
  /** Now, which is when the past ends. */
  plexNowS(): number;
  readonly libraries: Libraries;
  readonly users: readonly User[];
  readonly players: readonly Player[];
}

/** An account that has left the server: its views stay, its name is not in `/accounts`. */
export const DEPARTED_ACCOUNT_ID = 40_000_001;

const DAY_S = 86_400;
const YEAR_S = 365 * DAY_S;

const VIEWED_TYPES: readonly ItemType[] = ["movie", "episode", "track"];

/** The share of each event among the views. */
const DEPARTED_SHARE = 0.01;
const DELETED_SHARE = 0.03;
const LIVE_SHARE = 0.02;
/** Plex now and then writes a view twice, each under a history key of its own. */
const REPEATED_SHARE = 0.01;

/** How many films have been deleted. */
const DELETED_TITLES = 20;

/** Views in the order in which they happened, from position 0 on. */
export interface PastViews {
  readonly count: number;
  at(position: number): View;
}

/** That many views in the years up to now; the same ones for the same seed. */
export function createPastViews(
  { count, years = 3 }: PastViewsOptions = { count: 0 },
  context: PastViewsContext,
  seed: number,
): PastViews {
  const { users, players } = context;
  const spanS = years * YEAR_S;
  const fromS = context.plexNowS() - spanS;
  const stored = context.libraries.all.flatMap(({ items }) => items)
    .filter(({ type }) => VIEWED_TYPES.includes(type));
  const generated = context.libraries.all.flatMap(({ generated }) =>
    VIEWED_TYPES.flatMap((type) => {
      const count = generated?.countOf(type) ?? 0;
      return generated === undefined || count === 0 ? [] : [{ generated, type, count }];
    })
  );
  const items = generated.reduce((sum, { count }) => sum + count, stored.length);

  /** The item at a position among all that can be viewed. */
  function itemAt(position: number): Item | undefined {
    let rest = position - stored.length;
    if (rest < 0) return stored[position];
    for (const { generated: source, type, count } of generated) {
      if (rest < count) return source.at(type, rest);
      rest -= count;
    }
    return undefined;
  }

  /** Grows with the position: most of a day's views are in its evening. */
  function timeOf(position: number, random: Random): number {
    const days = ((position + random.next() * 0.9) / count) * (spanS / DAY_S);
    const day = Math.floor(days);
    return Math.floor(fromS + (day + shareOfDay(days - day)) * DAY_S);
  }

  function itemOf(random: Random): Item {
    if (random.chance(LIVE_SHARE)) return broadcast(random);
    if (items === 0 || random.chance(DELETED_SHARE)) return deletedItem(random);
    // A few are watched much more often than the rest.
    return itemAt(Math.floor(random.next() ** 2 * items)) ?? deletedItem(random);
  }

  /** A film that is no longer in the first library of films. */
  function deletedItem(random: Random): Item {
    const library = context.libraries.all.find(({ type }) => type === "movie");
    const title = `Deleted film ${random.integer(1, DELETED_TITLES)}`;
    return itemWithoutKey("movie", title, library === undefined ? {} : { libraryId: library.id });
  }

  function viewAt(position: number): View {
    const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(position + 1, 0x85ebca6b));
    const viewedAtS = timeOf(position, random);
    if (position > 0 && random.chance(REPEATED_SHARE)) {
      const before = viewAt(position - 1);
      return { ...before, id: position + 1, viewedAtS: Math.min(viewedAtS, before.viewedAtS + 2) };
    }
    const user = users[Math.floor(random.next() ** 2 * users.length)];
    return {
      id: position + 1,
      viewedAtS,
      accountId: random.chance(DEPARTED_SHARE) ? DEPARTED_ACCOUNT_ID : user?.id ?? 1,
      deviceId: players.length === 0 ? 0 : random.pick(players).deviceId,
      item: itemOf(random),
    };
  }

  return { count, at: viewAt };
}

/**
 * The time of a view as a share of its day, by its place among the views of that day, also a share:
 * a quarter of them are before 16:00.
 */
function shareOfDay(place: number): number {
  const morning = 0.25;
  return place < morning
    ? (place / morning) * (16 / 24)
    : 16 / 24 + ((place - morning) / (1 - morning)) * (8 / 24);
}

/** Live television: neither a library nor a rating key (docs/plex/api.md#history-rows). */
function broadcast(random: Random): Item {
  const show = itemWithoutKey("show", random.pick(programmes));
  return itemWithoutKey("episode", "Today's edition", {
    parent: itemWithoutKey("season", "", { parent: show }),
  });
}

function itemWithoutKey(type: ItemType, title: string, rest: Partial<Item> = {}): Item {
  return { type, title, guid: "", addedAtS: 0, updatedAtS: 0, versions: [], ...rest };
}
