/** What was sent for the views of the past: all of it in the second in which the view ended. */
import type { BandwidthRow } from "./bandwidth_log.ts";
import type { ItemType } from "./item.ts";
import type { PastViews } from "./past_views.ts";

const BYTES: Readonly<Partial<Record<ItemType, number>>> = {
  movie: 4_000_000_000,
  episode: 1_200_000_000,
  track: 30_000_000,
};

/** A row for each view, the oldest first. Every third device is outside the local network. */
export function* pastBandwidth(past: PastViews): Generator<BandwidthRow> {
  for (let position = 0; position < past.count; position += 1) {
    const { accountId, deviceId, item, viewedAtS } = past.at(position);
    const bytes = (BYTES[item.type] ?? 0) + (position % 1_000) * 1_001;
    yield { atS: viewedAtS, accountId, deviceId, lan: deviceId % 3 !== 0, bytes };
  }
}
