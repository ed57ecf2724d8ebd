/**
 * The notification socket of one server: opened, watched and opened again for as long as it is
 * wanted. It passes on what notifications say; it asks no list, and does not log.
 */
import type { ServerEvent } from "../core/event.ts";
import { type Clock, sleep } from "../clock.ts";
import { plexHeaders, socketUrl } from "./urls.ts";
import { backoffMs } from "./backoff.ts";
import type { Client } from "./client.ts";
import { redact, type RequestError } from "./errors.ts";
import {
  MALFORMED,
  type NotificationItem,
  parseNotification,
  toEvent,
} from "./mapping/notification.ts";
import type { Transport } from "./transport/transport.ts";

export interface SocketOptions {
  readonly server: URL;
  readonly token: () => string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Ends it all. */
  readonly signal: AbortSignal;
  /** How long a healthy socket may be silent as things stand; asked again and again. */
  readonly silenceLimitMs: () => number;
  /** Finds out whether Plex is to blame for a lost socket, which a WebSocket does not tell. */
  readonly probe: () => Promise<RequestError | undefined>;
  /** Takes what the core is told: notifications, each with what it says, and the socket's state. */
  readonly emit: (event: ServerEvent) => void;
  /** Takes all that notifications say, after the core has been told. */
  readonly onNotification: (news: NotificationItem, at: number) => void;
  /** The socket is open: what happened before has to be read from lists, for Plex says nothing. */
  readonly opened: () => void;
  /** A socket that has held for a minute is heard; said with every frame. */
  readonly sound?: (() => void) | undefined;
  /**
   * The socket was lost, or could not be opened; it will be tried again. `ofPlex`: that is because
   * Plex itself does not answer.
   */
  readonly lost: (trouble: RequestError, ofPlex: boolean) => void;
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined;
}

const PATH = "/:/websockets/notifications";

/** All but the server's log, which is loud and may hold tokens. Old servers ignore it. */
const FILTERS = "filters=-log";

/** A handshake that takes longer is not answered at all: Deno would wait for ever. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A socket that held this long was sound: the pauses begin anew. */
const STABLE_AFTER_MS = 60_000;

/** How often silence is judged at least: what is played, and with it the limit, changes meanwhile. */
const WATCH_INTERVAL_MS = 10_000;

/** Follows a server's notifications until the signal. It never rejects. */
export async function runSocket(options: SocketOptions): Promise<void> {
  const { clock, signal, random = Math.random } = options;
  let wasOfPlex = false;
  for (let failures = 1; !signal.aborted; failures++) {
    const startedAt = clock.now();
    const { opened, trouble } = await runOnce(options);
    if (signal.aborted) return;
    const ofPlex = await options.probe();
    if (signal.aborted) return;
    // A handshake that began while Plex was away says nothing of the socket.
    const isExcused = ofPlex !== undefined || (wasOfPlex && !opened);
    options.lost(ofPlex ?? (opened ? trouble : proxyHint(trouble)), isExcused);
    wasOfPlex = ofPlex !== undefined;
    if (opened && clock.now() - startedAt >= STABLE_AFTER_MS) failures = 1;
    await sleep(clock, backoffMs(failures, random), signal);
  }
}

interface End {
  readonly opened: boolean;
  readonly trouble: RequestError;
}

/** One socket from its handshake to its end. */
async function runOnce(options: SocketOptions): Promise<End> {
  const { clock, emit, signal } = options;
  const over = Promise.withResolvers<RequestError>();
  const stop = () => over.resolve({ failure: "other", detail: "Stopped" });
  let opened = false;
  let openedAt = 0;
  let heardAt = 0;
  let abandon = () => {};
  const cancelLimit = clock.timeout(HANDSHAKE_TIMEOUT_MS, () => {
    const detail = `No answer to the WebSocket handshake within ${HANDSHAKE_TIMEOUT_MS / 1000} s`;
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
        cancelWatch = watchIdle(options, () => heardAt, over.resolve);
        emit({ type: "socket_changed", at: heardAt, connected: true });
        options.opened();
      },
      received: (text) => {
        heardAt = clock.now();
        if (heardAt - openedAt >= STABLE_AFTER_MS) options.sound?.();
        receive(options, text, heardAt);
      },
      closed: (reason) => over.resolve(closeError(opened, redact(reason, headers["X-Plex-Token"]))),
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

function closeError(opened: boolean, reason: string): RequestError {
  const what = opened ? "The WebSocket was closed" : "The WebSocket could not be opened";
  const said = reason.replace(/\b[a-z]+:\/\/\S*/gi, "…").slice(0, 200);
  return { failure: "other", detail: `${what} (${said})` };
}

/** Plex answers requests, and the token is the owner's: what is left stands in between. */
function proxyHint({ failure, detail }: RequestError): RequestError {
  return { failure, detail: `${detail}: does a proxy before Plex pass WebSockets?` };
}

/**
 * Ends a socket that is silent for longer than it may be: a dead link shows in no other way. Where
 * the limit has just become shorter, it counts from then.
 */
function watchIdle(
  { clock, silenceLimitMs }: SocketOptions,
  heardAt: () => number,
  end: (trouble: RequestError) => void,
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
    cancel = clock.after(Math.min(leftMs, WATCH_INTERVAL_MS), look);
  };
  look();
  return () => cancel();
}

/** Counts a frame and passes on what it says. */
function receive(
  { emit, onNotification: hear }: SocketOptions,
  text: string | undefined,
  at: number,
): void {
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
export async function checkOwnerAccess(
  client: Pick<Client, "sessions">,
): Promise<RequestError | undefined> {
  const answer = await client.sessions();
  return answer.ok ? undefined : { failure: answer.failure, detail: answer.detail };
}
