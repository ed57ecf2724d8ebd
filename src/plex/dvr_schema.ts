/** The wire format of answers about the television recorder, as far as they are used. */
import * as z from "zod";
import { answer, count, flag, list, text } from "./schema_fields.ts";

const tunerDevice = z.object({ uuid: text, key: text, status: text, state: text, tuners: count });
const recorder = z.object({ Device: list(tunerDevice) });
const recorders = z.object({ Dvr: list(recorder), DVR: list(recorder) });
export type WireRecorders = z.infer<typeof recorders>;
/** `/livetv/dvrs`. Plex's description has both spellings of the list. */
export const parseRecorders = answer(recorders);

const grab = z.object({ id: text, key: text, status: text, rolling: flag });
const subscription = z.object({ MediaGrabOperation: list(grab) });
export type WireSubscription = z.infer<typeof subscription>;
/** `/media/subscriptions`. */
export const parseSubscriptions = answer(z.object({ MediaSubscription: list(subscription) }));
