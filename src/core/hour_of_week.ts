/**
 * Weekday and hour of an instant in a time zone, for the history by hour of the week.
 * It reads no clock.
 */

export interface HourOfWeek {
  /** ISO: Monday is 1, Sunday 7. */
  readonly weekday: number;
  /** 0–23. */
  readonly hour: number;
}

/** An hour begins only on a whole minute: offsets are of quarters, or as odd as `+05:37` of `TZ`. */
export const MINUTE_MS = 60_000;

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const formats = new Map<string, Intl.DateTimeFormat>();
/** The last answer by zone: asking costs microseconds, and every play asks for the same minute. */
const cache = new Map<string, { readonly minute: number; readonly answer: HourOfWeek }>();

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

/** The hour of the week at `at` (ms since the epoch) in an IANA zone; throws on an unknown zone. */
export function hourOfWeek(at: number, zone: string): HourOfWeek {
  const minute = Math.floor(at / MINUTE_MS);
  const last = cache.get(zone);
  if (last?.minute === minute) return last.answer;
  const parts = new Map(formatOf(zone).formatToParts(at).map(({ type, value }) => [type, value]));
  const answer = {
    weekday: WEEKDAYS.indexOf(parts.get("weekday") ?? "") + 1,
    hour: Number(parts.get("hour")),
  };
  cache.set(zone, { minute, answer });
  return answer;
}
