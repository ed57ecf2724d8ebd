/**
 * Draws every dashboard from a simulated span with Grafana's own components, in Debian's Chromium:
 * `deno task pictures [FOLDER]`. FOLDER is a recording that is there already; without one a busy
 * week is recorded first. For developers to look at; nothing is compared. Grafana's libraries are
 * installed by npm into a folder of their own, outside of the lock file.
 */
import { defaultRangeMs, type PanelQuery, panelQuery, viewOf } from "../dashboards/grafana.ts";
import { type Dashboard, DASHBOARDS, FILES } from "../dashboards/load.ts";
import { openSnapshot } from "../testing/tsdb_snapshot.ts";
import { openBrowser } from "../testing/browser.ts";
import { runProcess } from "../testing/program.ts";
import { install } from "./install.ts";

const ROOT = new URL("../../", import.meta.url);
const PICTURES = new URL("dist/pictures/", ROOT).pathname;
const RECORD = new URL("tests/dashboards/simulation/record.ts", ROOT).pathname;
const WIDTH = 1_690;

/** Of a row of the grid, as the page draws it. */
const ROW = 38;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  woff2: "font/woff2",
};

async function say(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
}

async function recorded(folder: string | undefined): Promise<string> {
  if (folder !== undefined) return folder;
  const made = await Deno.makeTempDir({ prefix: "plex-span-" });
  await say(`Recording a busy week into ${made}: some minutes`);
  const args = ["run", "--frozen", "--allow-all", RECORD, made, "7", "60", "busy"];
  const { code, stderr } = await runProcess(Deno.execPath(), args);
  if (code !== 0) throw new Error(stderr);
  return made;
}

/** The answers to all queries of a dashboard. */
async function results(
  dashboard: Dashboard,
  view: { readonly from: number; readonly to: number; readonly scrapeS: number },
  send: (query: PanelQuery) => Promise<unknown>,
): Promise<Record<number, unknown[]>> {
  const all: Record<number, unknown[]> = {};
  for (const panel of dashboard.panels) {
    all[panel.id] = [];
    for (const target of panel.targets ?? []) {
      const query = panelQuery(panel, target, view);
      const stepMs = (query.range?.stepS ?? 0) * 1000;
      all[panel.id]?.push({ target, stepMs, series: await send(query) });
    }
  }
  return all;
}

const folder = await recorded(Deno.args[0]);
const { to, everyS } = JSON.parse(await Deno.readTextFile(`${folder}/truth.json`));
await using snapshot = await openSnapshot(folder, everyS * 2);
const site = await install(say);
await Deno.mkdir(PICTURES, { recursive: true });
let data = "{}";
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
  const path = new URL(request.url).pathname;
  if (path === "/data.json") return new Response(data);
  const file = path === "/" ? "/index.html" : path;
  const type = TYPES[file.split(".").at(-1) ?? ""] ?? "application/octet-stream";
  try {
    const body = await Deno.readFile(site + file);
    return new Response(body, { headers: { "content-type": type } });
  } catch {
    return new Response("", { status: 404 });
  }
});
await using browser = await openBrowser();
for (const [index, dashboard] of DASHBOARDS.entries()) {
  const view = { from: to - defaultRangeMs(dashboard), to, scrapeS: everyS };
  const ranges = dashboard.panels.map((panel) => [panel.id, viewOf(panel, view)]);
  data = JSON.stringify({
    dashboard,
    results: await results(dashboard, view, (query) => snapshot.ask(query)),
    ranges: Object.fromEntries(ranges),
    now: to,
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  // All of it in view: tables draw only what is.
  const rows = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
  const page = await browser.open(url, { width: WIDTH, height: rows * ROW + 8, dark: true });
  for (let tries = 0; tries < 100; tries++) {
    if (await page.evaluate("document.title") === "done") break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const file = PICTURES + (FILES[index] ?? "").replace(".json", ".png");
  await Deno.writeFile(file, await page.screenshot());
  const errors = page.errors.slice(0, 3).join("; ");
  await say(`${file} ${errors}`);
}
await server.shutdown();
