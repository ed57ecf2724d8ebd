/** Formats numbers, times and untrusted text for the status page. */
import { type Html, html, type HtmlValue } from "../html.ts";

/** The severity of a fact; `idle` is neither good nor bad. */
export type Severity = "good" | "warn" | "bad" | "idle";

/** A dot in the colour of the severity. It is hidden from screen readers: put text next to it. */
export function statusDot(severity: Severity): Html {
  return html`<span class="dot ${severity}" aria-hidden="true"></span>`;
}

/** Short facts on one line; `undefined` is left out. */
export function facts(items: readonly HtmlValue[]): Html {
  const shown = items.filter((item) => item !== undefined);
  return html`<ul class="facts">${shown.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/** Says how many of `total` rows are left out if only `shown` are shown; `undefined` for none. */
export function moreRows(total: number, shown: number): Html | undefined {
  if (total <= shown) return undefined;
  return html`<p class="empty">And ${formatNumber(total - shown)} more.</p>`;
}

/** Text in the warning colour. */
export function warning(text: HtmlValue): Html {
  return html`<span class="warning">${text}</span>`;
}

/** Text from Plex or a client: printable, and isolated in its writing direction. */
export function untrusted(text: string): Html {
  return html`<bdi>${printable(text)}</bdi>`;
}

/**
 * The text without control characters: line breaks and tabs become spaces, other ASCII controls
 * their symbols; C1 controls, marks that change the writing direction and lone surrogates become a
 * replacement character.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(UNPRINTABLE, (character) => {
    if (/\s|\u0085/.test(character)) return " ";
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** Controls, line and paragraph separators, and marks that override or isolate directions. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A duration, in coarser units the longer it is: `9 s`, `4 min`, `3 h`, `12 d`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.trunc(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.trunc(hours / 24)} d`;
}

/** An age: `9 s ago`. */
export function formatAge(ms: number): string {
  return ms < 1000 ? "just now" : `${formatDuration(ms)} ago`;
}

/** The time of `at` in an IANA zone, with the date unless it is the date of `now`. */
export function timeOfDay(at: number, now: number, zone: string): string {
  const date = (ms: number) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" }).format(ms);
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
  return date(at) === date(now) ? time : `${date(at)}, ${time}`;
}

/** An integer with thousands separators. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en-GB");
}

/** A count with its noun, given in the plural: `1 show`, `2,000 shows`. */
export function pluralize(value: number, plural: string): string {
  return `${formatNumber(value)} ${value === 1 ? plural.replace(/s$/, "") : plural}`;
}

/** A bitrate in kb/s or Mb/s. */
export function formatBitrate(kbps: number): string {
  return kbps < 1000 ? `${kbps} kb/s` : `${(kbps / 1000).toFixed(1)} Mb/s`;
}

/** A size in decimal units: 1 kB is 1,000 bytes. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  // 999.5 would be formatted as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
