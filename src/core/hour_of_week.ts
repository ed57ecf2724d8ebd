/** Weekday and hour of a time in a time zone, for playing time by hour of the week. */

/** An hour of the week. */
export interface HourOfWeek {
  /** ISO: Monday is 1, Sunday 7. */
  readonly weekday: number;
  /** 0–23. */
  readonly hour: number;
}

/** An hour begins on a whole minute in every zone, even in one such as `TZ=+05:37`. */
export const MINUTE_MS = 60_000;

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const formats = new Map<string, Intl.DateTimeFormat>();
/** The last result per zone. Formatting is slow, and every play needs the same minute. */
const cache = new Map<string, { readonly minute: number; readonly result: HourOfWeek }>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  });
  formats.set(zone, format);
  return format;
}

/**
 * The hour of the week at `at` (ms since the epoch) in an IANA zone. Throws a `RangeError` on an
 * unknown zone.
 */
export function hourOfWeek(at: number, zone: string): HourOfWeek {
  const minute = Math.floor(at / MINUTE_MS);
  const last = cache.get(zone);
  if (last?.minute === minute) return last.result;
  const parts = new Map(formatOf(zone).formatToParts(at).map(({ type, value }) => [type, value]));
  const result = {
    weekday: WEEKDAYS.indexOf(parts.get("weekday") ?? "") + 1,
    hour: Number(parts.get("hour")),
  };
  cache.set(zone, { minute, result });
  return result;
}
