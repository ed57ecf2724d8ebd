/** The bytes that Plex has kept in bins, as counters of the past. */
import type { SentKey, UserSentKey } from "../core/bandwidth.ts";
import type { Labels } from "../metrics/labels.ts";
import { SENT, SENT_LABELS, USER_SENT, USER_SENT_LABELS } from "../metrics/server.ts";
import { type BandwidthBins, type Bin, mergeBins, spread } from "./bins.ts";
import { CounterWriter, type Span } from "./series.ts";
import { type FamilyLines, seriesText } from "./text.ts";

/** Everything that Plex has of bytes sent. */
export interface SentBytes extends BandwidthBins {
  /** User names by account id. */
  readonly accounts: ReadonlyMap<string, string>;
}

/**
 * Both families. `read` is called once, when the first of them is written; it returns `undefined`
 * where there are no bytes. `labels` are those that every series has.
 */
export function bandwidthFamilies(
  read: () => Promise<SentBytes | undefined>,
  labels: Labels,
  span: Span,
): readonly FamilyLines[] {
  let sent: Promise<SentBytes | undefined> | undefined;
  const linesBy = (seriesOf: (key: SentKey & UserSentKey) => string) =>
    async function* () {
      const all = await (sent ??= read());
      if (all !== undefined) yield* familyLines(all, span, seriesOf);
    };
  const textOf = (name: string, own: Labels) => seriesText(name, { ...labels, ...own });
  return [
    { family: SENT, lines: linesBy((key) => textOf(SENT.name, SENT_LABELS.of(key))) },
    {
      family: USER_SENT,
      lines: linesBy((key) => textOf(USER_SENT.name, USER_SENT_LABELS.of(key))),
    },
  ];
}

/** The lines of one family; bins that `seriesOf` names alike are one series. */
function* familyLines(
  sent: SentBytes,
  span: Span,
  seriesOf: (key: SentKey & UserSentKey) => string,
): Generator<string> {
  const series = new Map<string, Bin[]>();
  for (const [{ accountId, lan }, bins] of mergeBins(sent, span.untilMs / 1000)) {
    const user = sent.accounts.get(accountId) ?? "unknown";
    const text = seriesOf({ user, location: lan ? "lan" : "wan" });
    const known = series.get(text);
    if (known === undefined) series.set(text, [...bins]);
    else known.push(...bins);
  }
  for (const [text, bins] of series) yield* counterLines(text, bins, span);
}

/** The lines of one series; its values are whole bytes. */
function* counterLines(text: string, bins: readonly Bin[], span: Span): Generator<string> {
  const increments = new Map<number, number>();
  for (const bin of bins) {
    for (const [atS, bytes] of spread(bin)) increments.set(atS, (increments.get(atS) ?? 0) + bytes);
  }
  const writer = new CounterWriter(span);
  let sum = 0;
  let written = 0;
  for (const [atS, bytes] of [...increments].sort(([a], [b]) => a - b)) {
    sum += bytes;
    const amount = Math.round(sum) - written;
    written += amount;
    yield writer.add(text, atS * 1000, amount);
  }
  yield* writer.end();
}
