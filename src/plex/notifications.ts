/**
 * The notification socket of one server: opened, watched and opened again for as long as it is
 * wanted. It passes on what notifications say; it asks no list, and does not log.
 */
import type { ServerEvent } from "../core/event.ts";
import { type Clock, sleep } from "../time.ts";
import { plexHeaders, socketUrl } from "./address.ts";
import { backoffMs } from "./backoff.ts";
import type { Client } from "./client.ts";
import { redact, type Trouble } from "./failure.ts";
import { MALFORMED, type News, parseNotification, toEvent } from "./translate_notification.ts";
import type { Transport } from "./transport.ts";

export interface NotificationsOptions {
  readonly server: URL;
  readonly token: () => string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Ends it all. */
  readonly signal: AbortSignal;
  /** How long a healthy socket may be silent as things stand; asked again and again. */
  readonly silenceLimitMs: () => number;
  /** Finds out whether Plex is to blame for a lost socket, which a WebSocket does not tell. */
  readonly probe: () => Promise<Trouble | undefined>;
  /** Takes what the core is told: notifications, each with what it says, and the socket's state. */
  readonly emit: (event: ServerEvent) => void;
  /** Takes all that notifications say, after the core has been told. */
  readonly hear: (news: News, at: number) => void;
  /** The socket is open: what happened before has to be read from lists, for Plex says nothing. */
  readonly opened: () => void;
  /** A socket that has held for a minute is heard; said with every frame. */
  readonly sound?: (() => void) | undefined;
  /**
   * The socket was lost, or could not be opened; it will be tried again. `ofPlex`: that is because
   * Plex itself does not answer.
   */
  readonly lost: (trouble: Trouble, ofPlex: boolean) => void;
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined;
}

const PATH = "/:/websockets/notifications";

/** All but the server's log, which is loud and may hold tokens. Old servers ignore it. */
const FILTERS = "filters=-log";

/** A handshake that takes longer is not answered at all: Deno would wait for ever. */
const HANDSHAKE_LIMIT_MS = 10_000;

/** A socket that held this long was sound: the pauses begin anew. */
const SOUND_MS = 60_000;

/** How often silence is judged at least: what is played, and with it the limit, changes meanwhile. */
const WATCH_EVERY_MS = 10_000;

/** Follows a server's notifications until the signal. It never rejects. */
export async function followNotifications(options: NotificationsOptions): Promise<void> {
  const { clock, signal, random = Math.random } = options;
  let wasOfPlex = false;
  for (let failures = 1; !signal.aborted; failures++) {
    const startedAt = clock.now();
    const { opened, trouble } = await follow(options);
    if (signal.aborted) return;
    const ofPlex = await options.probe();
    if (signal.aborted) return;
    // A handshake that began while Plex was away says nothing of the socket.
    const isExcused = ofPlex !== undefined || (wasOfPlex && !opened);
    options.lost(ofPlex ?? (opened ? trouble : blameSocket(trouble)), isExcused);
    wasOfPlex = ofPlex !== undefined;
    if (opened && clock.now() - startedAt >= SOUND_MS) failures = 1;
    await sleep(clock, backoffMs(failures, random), signal);
  }
}

interface End {
  readonly opened: boolean;
  readonly trouble: Trouble;
}

/** One socket from its handshake to its end. */
async function follow(options: NotificationsOptions): Promise<End> {
  const { clock, emit, signal } = options;
  const over = Promise.withResolvers<Trouble>();
  const stop = () => over.resolve({ failure: "other", detail: "Stopped" });
  let opened = false;
  let openedAt = 0;
  let heardAt = 0;
  let abandon = () => {};
  const cancelLimit = clock.limit(HANDSHAKE_LIMIT_MS, () => {
    const detail = `No answer to the WebSocket handshake within ${HANDSHAKE_LIMIT_MS / 1000} s`;
    over.resolve({ failure: "timeout", detail });
  });
  let cancelWatch = () => {};
  signal.addEventListener("abort", stop, { once: true });
  const headers = plexHeaders(options.token());
  try {
    const url = socketUrl(options.server, PATH, FILTERS);
    abandon = options.transport.connect(url, headers, {
      opened: () => {
        opened = true;
        openedAt = heardAt = clock.now();
        cancelLimit();
        cancelWatch = watch(options, () => heardAt, over.resolve);
        emit({ type: "socket_changed", at: heardAt, connected: true });
        options.opened();
      },
      received: (text) => {
        heardAt = clock.now();
        if (heardAt - openedAt >= SOUND_MS) options.sound?.();
        receive(options, text, heardAt);
      },
      closed: (reason) =>
        over.resolve(closedTrouble(opened, redact(reason, headers["X-Plex-Token"]))),
    });
  } catch {
    over.resolve({ failure: "other", detail: "Cannot open a WebSocket" });
  }
  const trouble = await over.promise;
  cancelLimit();
  cancelWatch();
  signal.removeEventListener("abort", stop);
  abandon();
  if (opened) emit({ type: "socket_changed", at: clock.now(), connected: false });
  return { opened, trouble };
}

function closedTrouble(opened: boolean, reason: string): Trouble {
  const what = opened ? "The WebSocket was closed" : "The WebSocket could not be opened";
  const said = reason.replace(/\b[a-z]+:\/\/\S*/gi, "…").slice(0, 200);
  return { failure: "other", detail: `${what} (${said})` };
}

/** Plex answers requests, and the token is the owner's: what is left stands in between. */
function blameSocket({ failure, detail }: Trouble): Trouble {
  return { failure, detail: `${detail}: does a proxy before Plex pass WebSockets?` };
}

/**
 * Ends a socket that is silent for longer than it may be: a dead link shows in no other way. Where
 * the limit has just become shorter, it counts from then.
 */
function watch(
  { clock, silenceLimitMs }: NotificationsOptions,
  heardAt: () => number,
  end: (trouble: Trouble) => void,
): () => void {
  let limitMs = silenceLimitMs();
  let shortenedAt = 0;
  let cancel = () => {};
  const look = () => {
    const now = clock.now();
    const before = limitMs;
    limitMs = silenceLimitMs();
    if (limitMs < before) shortenedAt = now;
    const leftMs = Math.max(heardAt(), shortenedAt) + limitMs - now;
    if (leftMs <= 0) {
      const detail = `Nothing came on the WebSocket for ${Math.round(limitMs / 1000)} s`;
      return end({ failure: "timeout", detail });
    }
    cancel = clock.after(Math.min(leftMs, WATCH_EVERY_MS), look);
  };
  look();
  return () => cancel();
}

/** Counts a frame and passes on what it says. */
function receive({ emit, hear }: NotificationsOptions, text: string | undefined, at: number): void {
  const { type, news } = text === undefined ? MALFORMED : parseNotification(text);
  emit({ type: "notification_received", at, notification: type });
  for (const item of news) {
    const event = toEvent(item, at);
    if (event !== undefined) emit(event);
    hear(item, at);
  }
}

/**
 * Why a socket is lost or not to be had (Plex notification notes §1): Plex is away or starting, or
 * the token is not the owner's. `undefined`: Plex answers what it answers its owner alone, and the
 * trouble is with the socket.
 */
export async function probeHandshake(
  client: Pick<Client, "sessions">,
): Promise<Trouble | undefined> {
  const answer = await client.sessions();
  return answer.ok ? undefined : { failure: answer.failure, detail: answer.detail };
}
