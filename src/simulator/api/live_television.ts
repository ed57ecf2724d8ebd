/** `/livetv/sessions`: the sessions of live television. */
import type { Session } from "../session.ts";
import type { Simulation } from "../simulation.ts";
import { sessionMedia } from "./media.ts";
import { itemAttributes } from "./item_attributes.ts";
import { container, type Element } from "./plex_document.ts";
import { transcodeElement } from "./transcode.ts";

/** The sessions of live television. */
export function liveSessions(simulation: Simulation): readonly Session[] {
  return simulation.sessions().filter(({ item }) => item.live !== undefined);
}

/** Unlike in `/status/sessions`, the transcode is inside the `Media`, and there is no user. */
function liveElement(simulation: Simulation, session: Session): Element {
  const { item, transcode } = session;
  const TranscodeSession = transcode &&
    transcodeElement(session, transcode, simulation.now(), { offsets: true });
  return {
    ...itemAttributes(simulation, item),
    Media: sessionMedia(session, (id) => id)?.map((media) => ({ ...media, TranscodeSession })),
  };
}

/** `/livetv/sessions`. */
export function liveSessionsDocument(simulation: Simulation): Element {
  const sessions = liveSessions(simulation);
  return container("Metadata", sessions.map((session) => liveElement(simulation, session)));
}

/** `/livetv/sessions/{id}`; undefined (a 404) for one that does not exist. */
export function liveSessionDocument(simulation: Simulation, id: string): Element | undefined {
  const path = `/livetv/sessions/${id}`;
  const session = liveSessions(simulation).find(({ item }) => item.live?.path === path);
  return session && container("Metadata", [liveElement(simulation, session)]);
}
