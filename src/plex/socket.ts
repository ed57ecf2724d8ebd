/**
 * The notification socket of one server: opened, watched for silence and reopened until the signal.
 * It reads no list and does not log.
 */
import type { ServerEvent } from "../core/event.ts";
import { type Clock, sleep } from "../clock.ts";
import { backoffMs } from "./backoff.ts";
import { redact, type RequestError } from "./errors.ts";
import type { Hint } from "./hint.ts";
import { MALFORMED, parseNotification } from "./mapping/notification.ts";
import {
  HANDSHAKE_TIMEOUT_MS,
  SILENCE_CHECK_INTERVAL_MS,
  SILENCE_IDLE_MS,
  SILENCE_PLAYING_MS,
  STABLE_AFTER_MS,
} from "./schedule.ts";
import type { Transport } from "./transport/mod.ts";
import { plexHeaders, socketUrl } from "./urls.ts";

export interface SocketOptions {
  readonly server: URL;
  readonly token: () => string;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Closes the socket for good. */
  readonly signal: AbortSignal;
  /** The signal that replaces the open socket by another at once; read for each socket. */
  readonly replace?: (() => AbortSignal) | undefined;
  /**
   * Since when something plays, on the exporter's clock; `undefined` while nothing does. Players
   * report every 10 s while they play, so that a healthy socket is not silent then.
   */
  readonly playingSince: () => number | undefined;
  /** Checks whether Plex itself is down, which a lost WebSocket does not show. */
  readonly probe: () => Promise<RequestError | undefined>;
  /** Receives the events for the core: notifications and the socket's state. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Receives the hints for the collectors, after the core. */
  readonly onHint: (hint: Hint) => void;
  readonly onOpen: () => void;
  /** The socket has been open for a minute; called with every frame from then on. */
  readonly onStable?: (() => void) | undefined;
  /**
   * The socket was lost or could not be opened, and will be tried again. `isPlexDown`: because Plex
   * itself does not answer.
   */
  readonly onLost: (error: RequestError, isPlexDown: boolean) => void;
  /** From 0 up to 1. */
  readonly random?: (() => number) | undefined;
}

const PATH = "/:/websockets/notifications";

/** All but the server's log, which is verbose and may contain tokens. Old servers ignore it. */
const FILTERS = "filters=-log";

/** Keeps a socket open until the signal. It never rejects. */
export async function runSocket(options: SocketOptions): Promise<void> {
  const { clock, signal, random = Math.random } = options;
  let wasPlexDown = false;
  /** Attempts since the last socket that opened. */
  let unopened = 0;
  /** Sockets that opened and did not hold, since the last stable one. */
  let unstable = 0;
  while (!signal.aborted) {
    const startedAt = clock.now();
    const { opened, error } = await runOnce(options);
    const closedAt = clock.now();
    if (signal.aborted) return;
    if (error === undefined) continue;
    const plexError = await options.probe();
    if (signal.aborted) return;
    // A handshake that began while Plex was down is no fault of the socket.
    const isPlexDown = plexError !== undefined || (wasPlexDown && !opened);
    options.onLost(plexError ?? (opened ? error : withProxyHint(error)), isPlexDown);
    wasPlexDown = plexError !== undefined;
    if (opened) {
      unopened = 0;
      unstable = closedAt - startedAt >= STABLE_AFTER_MS ? 0 : unstable + 1;
    } else unopened += 1;
    await sleep(clock, backoffMs(unopened + unstable, random), signal);
  }
}

interface Closed {
  readonly opened: boolean;
  /** `undefined`: the socket was stopped or is replaced. */
  readonly error: RequestError | undefined;
}

/** One socket from its handshake to its end. */
async function runOnce(options: SocketOptions): Promise<Closed> {
  const { clock, onEvent, signal } = options;
  const closed = Promise.withResolvers<RequestError | undefined>();
  const stop = () => closed.resolve(undefined);
  const replace = options.replace?.();
  let opened = false;
  let openedAt = 0;
  let receivedAt = 0;
  let close = () => {};
  const cancelTimeout = clock.timeout(HANDSHAKE_TIMEOUT_MS, () => {
    const detail = `No answer to the WebSocket handshake within ${HANDSHAKE_TIMEOUT_MS / 1000} s`;
    closed.resolve({ failure: "timeout", detail });
  });
  let cancelWatch = () => {};
  signal.addEventListener("abort", stop, { once: true });
  replace?.addEventListener("abort", stop, { once: true });
  const headers = plexHeaders(options.token());
  try {
    const url = socketUrl(options.server, PATH, FILTERS);
    close = options.transport.connect(url, headers, {
      opened: () => {
        opened = true;
        openedAt = receivedAt = clock.now();
        cancelTimeout();
        cancelWatch = watchSilence(options, () => receivedAt, closed.resolve);
        onEvent({ type: "socket_changed", at: openedAt, connected: true });
        options.onOpen();
        options.onHint({ type: "socket_opened" });
      },
      received: (text) => {
        receivedAt = clock.now();
        if (receivedAt - openedAt >= STABLE_AFTER_MS) options.onStable?.();
        receive(options, text, receivedAt);
      },
      closed: (reason) =>
        closed.resolve(closeError(opened, redact(reason, headers["X-Plex-Token"]))),
    });
  } catch {
    closed.resolve({ failure: "other", detail: "Cannot open a WebSocket" });
  }
  const error = await closed.promise;
  cancelTimeout();
  cancelWatch();
  signal.removeEventListener("abort", stop);
  replace?.removeEventListener("abort", stop);
  close();
  if (opened) onEvent({ type: "socket_changed", at: clock.now(), connected: false });
  return { opened, error };
}

function closeError(opened: boolean, reason: string): RequestError {
  const message = opened ? "The WebSocket was closed" : "The WebSocket could not be opened";
  const safeReason = reason.replace(/\b[a-z]+:\/\/\S*/gi, "…").slice(0, 200);
  return { failure: "other", detail: `${message} (${safeReason})` };
}

/** Plex answers requests and accepts the token as the owner's, so the cause lies between. */
function withProxyHint({ failure, detail }: RequestError): RequestError {
  return { failure, detail: `${detail}: does a proxy in front of Plex pass WebSockets?` };
}

/** Ends a socket that is silent for too long, which is the only sign of a dead connection. */
function watchSilence(
  { clock, playingSince }: SocketOptions,
  receivedAt: () => number,
  end: (error: RequestError) => void,
): () => void {
  let cancel = () => {};
  const check = () => {
    const since = playingSince();
    const limitMs = since === undefined ? SILENCE_IDLE_MS : SILENCE_PLAYING_MS;
    const leftMs = Math.max(receivedAt(), since ?? 0) + limitMs - clock.now();
    if (leftMs <= 0) {
      const detail = `Nothing was received on the WebSocket for ${Math.round(limitMs / 1000)} s`;
      return end({ failure: "timeout", detail });
    }
    cancel = clock.after(Math.min(leftMs, SILENCE_CHECK_INTERVAL_MS), check);
  };
  check();
  return () => cancel();
}

/** Reports a frame and its contents. */
function receive({ onEvent, onHint }: SocketOptions, text: string | undefined, at: number): void {
  const { type, events, hints } = text === undefined ? MALFORMED : parseNotification(text, at);
  onEvent({ type: "notification_received", at, notification: type });
  events.forEach(onEvent);
  hints.forEach(onHint);
}
