/** Families of the television recorder. Without one they have no samples. */
import { currentValue } from "../core/availability.ts";
import { tunersByState } from "../core/dvr.ts";
import {
  RECORDING_STATUSES,
  type RecordingStatus,
  TUNER_STATES,
  type TunerState,
} from "../core/enums.ts";
import { gaugeFamily, type ServerFamily } from "./family.ts";
import { labelsOf } from "./labels.ts";

type RecordingKey = { readonly status: RecordingStatus };
type TunerKey = { readonly state: TunerState };

const RECORDING_KEYS: readonly RecordingKey[] = RECORDING_STATUSES.map((status) => ({ status }));
const TUNER_KEYS: readonly TunerKey[] = TUNER_STATES.map((state) => ({ state }));

/** The families of the television recorder. */
export const DVR: readonly ServerFamily[] = [
  gaugeFamily(
    "plex_recordings",
    "Number of television recordings that Plex lists, by status.",
    labelsOf<RecordingKey>({ status: "status" }),
    (state, at) => {
      const dvr = currentValue(state, "dvr", at);
      if (dvr === undefined) return [];
      return RECORDING_KEYS.map((key) => [key, dvr.recordings.byStatus[key.status]]);
    },
  ),
  gaugeFamily(
    "plex_tuners",
    "Number of television tuners by state. Those in use are computed from recordings and plays.",
    labelsOf<TunerKey>({ state: "state" }),
    (state, at) => {
      const tuners = tunersByState(state, at);
      if (tuners === undefined) return [];
      return TUNER_KEYS.map((key) => [key, tuners[key.state]]);
    },
  ),
];
