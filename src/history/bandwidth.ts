/** The bytes that Plex has kept in bins, as counters of the past. */
import type { Labels } from "../metrics/labels.ts";
import { SENT, SENT_LABELS, USER_SENT, USER_SENT_LABELS } from "../metrics/server.ts";
import { type BandwidthBins, type Bin, mergeBins, spread } from "./bins.ts";
import { CounterWriter, type Span } from "./series.ts";
import { familyText, seriesText } from "./text.ts";

/** Everything that Plex tells of bytes sent. */
export interface SentBytes extends BandwidthBins {
  /** User names by account id. */
  readonly accounts: ReadonlyMap<string, string>;
}

/** The lines of both families. `labels` are those that every series has. */
export function* bandwidthLines(sent: SentBytes, labels: Labels, span: Span): Generator<string> {
  const byLocation = new Map<string, Bin[]>();
  const byUser = new Map<string, Bin[]>();
  for (const [{ accountId, lan }, bins] of mergeBins(sent, span.untilMs / 1000)) {
    const location = lan ? "lan" : "wan";
    const user = sent.accounts.get(accountId) ?? "unknown";
    const all = seriesText(SENT.name, { ...labels, ...SENT_LABELS.of({ location }) });
    const own = seriesText(USER_SENT.name, {
      ...labels,
      ...USER_SENT_LABELS.of({ user, location }),
    });
    byLocation.set(all, [...byLocation.get(all) ?? [], ...bins]);
    byUser.set(own, [...byUser.get(own) ?? [], ...bins]);
  }
  if (byLocation.size === 0) return;
  yield familyText(SENT);
  for (const [text, bins] of byLocation) yield* counterLines(text, bins, span);
  yield familyText(USER_SENT);
  for (const [text, bins] of byUser) yield* counterLines(text, bins, span);
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
