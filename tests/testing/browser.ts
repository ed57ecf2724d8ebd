/**
 * Headless Chromium for tests, driven by the DevTools protocol: opens pages at a given width, in
 * the light or dark colour scheme, and returns their content.
 */
import { within } from "./eventually.ts";
import { type Process, startProcess } from "./program.ts";
import { findTool } from "./tools.ts";

/** Switches that stop the browser's own requests. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--remote-debugging-port=0",
];

/** Maximum time to load a page. */
const TIMEOUT_MS = 20_000;

/** The viewport and colour scheme. */
export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** A page that has been loaded. */
export interface Page {
  /** The value of an expression in the page, as JSON carries it. */
  evaluate<T>(expression: string): Promise<T>;
  /** A PNG of the full page. */
  screenshot(): Promise<Uint8Array>;
  /** Errors that the browser logged, such as violations of the page's policy. */
  readonly errors: readonly string[];
}

/** A browser with its own profile. Dispose of it. */
export interface Browser extends AsyncDisposable {
  open(url: string, view?: View): Promise<Page>;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: { readonly entry?: { readonly text: string } };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

type Listen = (message: Message) => void;
type Send = (
  method: string,
  params?: Record<string, unknown>,
  sessionId?: string,
) => Promise<Record<string, unknown>>;

/** Starts the browser. */
export async function openBrowser(): Promise<Browser> {
  const profile = await Deno.makeTempDir();
  const process = startProcess(
    findTool("chromium"),
    [...FLAGS, `--user-data-dir=${profile}`],
    { env: { HOME: profile } },
  );
  const listeners = new Set<Listen>();
  const socket = new WebSocket(await process.says(/DevTools listening on (ws:\S+)/));
  await new Promise((resolve) => socket.onopen = resolve);
  socket.onmessage = ({ data }) => listeners.forEach((listen) => listen(JSON.parse(data)));
  const ask = createSender(socket, listeners);
  return {
    open: (url, view = {}) =>
      within(TIMEOUT_MS, `${url} to load`, () => openPage(ask, listeners, url, view)),
    [Symbol.asyncDispose]: () => close(process, socket, profile),
  };
}

function createSender(socket: WebSocket, listeners: Set<Listen>): Send {
  let lastId = 0;
  return (method, params = {}, sessionId) => {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
    const listen: Listen = (message) => {
      if (message.id !== id) return;
      listeners.delete(listen);
      if (message.error) reject(new Error(`${method}: ${message.error.message}`));
      else resolve(message.result ?? {});
    };
    listeners.add(listen);
    socket.send(JSON.stringify({ id, method, params, sessionId }));
    return promise;
  };
}

async function openPage(
  ask: Send,
  listeners: Set<Listen>,
  url: string,
  { width = 1200, height = 800, dark = false }: View,
): Promise<Page> {
  const { targetId } = await ask("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  const send = (method: string, params = {}) => ask(method, params, String(sessionId));
  const errors: string[] = [];
  const loaded = Promise.withResolvers<void>();
  listeners.add(({ sessionId: from, method, params }) => {
    if (from !== sessionId) return;
    if (method === "Page.loadEventFired") loaded.resolve();
    if (method === "Log.entryAdded") errors.push(params?.entry?.text ?? "");
  });
  await send("Page.enable");
  await send("Log.enable");
  await send("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: width < 600,
  });
  await send("Emulation.setEmulatedMedia", {
    features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
  });
  await send("Page.navigate", { url });
  await loaded.promise;
  return {
    errors,
    async evaluate<T>(expression: string) {
      const { result } = await send("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      return (result as { value: T }).value;
    },
    async screenshot() {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true });
      return Uint8Array.fromBase64(String(data));
    },
  };
}

async function close(process: Process, socket: WebSocket, profile: string): Promise<void> {
  const closed = new Promise((resolve) => socket.onclose = resolve);
  // The browser ends its own child processes, which a signal would leave running.
  socket.send(JSON.stringify({ id: 0, method: "Browser.close" }));
  await Promise.all([closed, process.code]);
  await process[Symbol.asyncDispose]();
  await Deno.remove(profile, { recursive: true });
}
