/** The delivery methods of the simulation, and their label values. */
import type { Method } from "../../src/simulator/stream_output.ts";

/** The value of `decision` by method. */
export const DECISIONS: Readonly<Record<Method, string>> = {
  "direct play": "direct_play",
  "direct stream": "direct_stream",
  "audio transcode": "transcode",
  "software transcode": "transcode",
  "hardware transcode": "transcode",
  "partial hardware transcode": "transcode",
  "subtitle burn": "transcode",
};

/** All methods. */
export const METHODS = Object.keys(DECISIONS) as readonly Method[];
