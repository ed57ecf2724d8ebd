/**
 * The status page in a real browser: of the demo, of a busy server, and of one with hostile names.
 * Tests what needs a browser: requests, layout and markup. The texts of the page are tested without
 * one.
 */
import assert from "node:assert/strict";
import { startViewers } from "../../src/simulator/viewer_simulation.ts";
import { PAGE_HEADERS } from "../../src/web/page/mod.ts";
import { printable } from "../../src/web/page/format.ts";
import { listed, SERVER, session, START } from "../testing/core_builders.ts";
import { withHarness } from "../testing/harness.ts";
import { later, pageOf, up } from "../testing/page_states.ts";
import { type Browser, openBrowser, type Page } from "../testing/browser.ts";
import { startProgram } from "../testing/program.ts";

const WIDTHS = [320, 360, 600, 820, 1200];

/** Elements and attributes that the page must not have. */
const FORBIDDEN =
  "script, img, iframe, object, embed, link:not([rel=icon]), form, base, svg, h4, " +
  "[onerror], [style]";

async function assertHarmless(page: Page): Promise<void> {
  assert.equal(await page.evaluate(`document.querySelectorAll("${FORBIDDEN}").length`), 0);
  assert.equal(await page.evaluate("document.title"), "prometheus-plex-exporter");
  assert.deepEqual(page.errors, [], "the browser logs no errors");
}

/** Asserts that at every width nothing is wider than the screen, and that the height is bounded. */
async function assertFits(browser: Browser, url: string): Promise<void> {
  for (const width of WIDTHS) {
    const page = await browser.open(url, { width });
    const wide = await page.evaluate<string[]>(`
      [...document.querySelectorAll("body, body *")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
        .filter((element) => !element.matches(".clip *, small *"))
        .map((element) => element.outerHTML.slice(0, 80))
    `);
    assert.deepEqual(wide, [], `wider than ${width} px`);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
    const height = await page.evaluate<number>("document.documentElement.scrollHeight");
    const rows = await page.evaluate<number>("document.querySelectorAll('tr, article, dl').length");
    assert.ok(height < 1_000 + rows * 400, `${height} px high at ${width} px, of ${rows} rows`);
  }
}

/** The lowest contrast of a text with its background (WCAG 2), and that text. */
const LOWEST_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? background(element.parentElement) : backgroundColor;
  };
  const hasText = ({ childNodes }) =>
    [...childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll("body *")]
    .filter(hasText)
    .map((element) => {
      const [a, b] = [getComputedStyle(element).color, background(element)].map(luminance);
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.textContent.trim()];
    })
    .sort(([a], [b]) => a - b)[0];
})()`;

Deno.test("a real browser shows the page of the demo", async () => {
  await using browser = await openBrowser();
  await using demo = startProgram(["demo"], { env: { LISTEN_ADDRESS: "127.0.0.1:0" } });
  const url = await demo.says(/page\s+(http:\S+)/);
  await demo.says(/Plex is up/);
  const page = await browser.open(url);
  await assertHarmless(page);
  assert.match(await page.evaluate("document.body.innerText"), /attic\s+Up/);
});

Deno.test("a page with many sessions is readable in light and dark, at every width", async () => {
  await using browser = await openBrowser();
  await withHarness(async (harness) => {
    const { app, plex } = harness;
    const viewers = startViewers(plex.simulation, { clock: harness.clock, seed: 7 });
    // The DVR is read every five minutes.
    await harness.pass(360);
    const metrics = await harness.text();
    const page = await browser.open(app.url);
    await assertHarmless(page);
    const shown = await page.evaluate<string>("document.body.innerText");
    const users = plex.simulation.viewers.flatMap(({ session }) => session?.user?.name ?? []);
    assert.ok(users.length >= 4);
    for (const user of users) assert.ok(shown.includes(user), user);
    const series = metrics.split("\n").filter((line) => /^[^#]/.test(line)).length;
    assert.ok(shown.includes(`${series.toLocaleString("en")} series`));
    assert.match(shown, /127\.0\.0\.1\s+just now\s+once so far/);
    assert.match(shown, /The state file cannot be written \(not saved yet\)/);
    assert.match(shown, /TELEVISION\s+scheduled\s+[1-9]\s+recording\s+[1-9]\s/);
    await assertFits(browser, app.url);
    for (const dark of [false, true]) {
      const view = await browser.open(app.url, { dark });
      const [contrast, text] = await view.evaluate<[number, string]>(LOWEST_CONTRAST);
      assert.ok(contrast >= 4.5, `${contrast} for "${text}", dark: ${dark}`);
    }
    viewers.stop();
  }, {
    settings: { STATE_FILE: "/missing/state.json" },
    dvr: {},
    before: ({ simulation }) => {
      simulation.dvr?.schedule({ title: "News", inMs: 3_600_000 });
      simulation.dvr?.schedule({ title: "Film", inMs: 0 });
    },
  });
});

/** Serves a page with its own headers, and records the paths that are requested. */
function servePage(text: string) {
  const requested: string[] = [];
  const headers = { ...PAGE_HEADERS, "Content-Type": "text/html; charset=utf-8" };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    requested.push(new URL(request.url).pathname);
    return new Response(text, { headers });
  });
  return {
    requested,
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("the icon of the page is shown without a request, under the page's own policy", async () => {
  await using browser = await openBrowser();
  await using server = servePage(pageOf([up()]));
  const page = await browser.open(server.url);
  const size = await page.evaluate<number[]>(`(async () => {
    const image = new Image();
    image.src = document.querySelector("link[rel=icon]").href;
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  })()`);
  assert.ok(size.every((pixels) => pixels > 0), `${size}`);
  await assertHarmless(page);
  assert.deepEqual(server.requested, ["/"]);
});

const HOSTILE = [
  "<script>document.title = 'mine'</script>",
  `"><img src=x onerror="document.title='mine'">`,
  "</td></tr></table></main><h4>out</h4>",
  "' autofocus onfocus='document.title=1' x='",
  "<style>*{display:none}</style><!--",
  "&lt;b&gt;&#60;b&#62;",
  "bell\u0007 escape\u001b[31m delete\u007f turn\u202eback",
  "longword".repeat(1_250),
  "many words ".repeat(900),
  "W\u0301\u0302\u0303".repeat(2_500),
];

/** Asserts that each text is shown at least so often, as text, and that the page is complete. */
async function assertShown(
  browser: Browser,
  url: string,
  texts: readonly string[],
  leastTimes: number,
): Promise<void> {
  const page = await browser.open(url);
  await assertHarmless(page);
  const shown = await page.evaluate<string>("document.body.textContent");
  for (const text of texts) {
    const times = shown.split(printable(text)).length - 1;
    assert.ok(times >= leastTimes, `${times} times "${text.slice(0, 40)}"`);
  }
  assert.match(shown, /This page refreshes/, "the end of the page");
  await assertFits(browser, url);
}

const userOf = (name: string, index: number) => ({ id: index + 1, name });

Deno.test("titles and names with markup, quotes and control characters are shown as text", async () => {
  await using browser = await openBrowser();
  await withHarness(async (harness) => {
    const { simulation } = harness.plex;
    HOSTILE.forEach((title, index) => {
      const item = { ...simulation.randomItem("episode"), title };
      const who = index % simulation.players.length;
      harness.play({ who, item, user: userOf(title, index) });
    });
    await harness.pass(30);
    // As user, title and library. Longer texts are truncated when they are read.
    await assertShown(browser, harness.app.url, HOSTILE.map((text) => text.slice(0, 1_000)), 3);
  }, {
    name: HOSTILE[0] ?? "",
    users: HOSTILE.map(userOf),
    libraries: [
      ...HOSTILE.map((title) => ({ title, type: "movie" as const })),
      { title: "Series", type: "show" },
    ],
  });
});

Deno.test("texts of 10 kB are clipped on the screen and complete in the document, in every place", async () => {
  await using browser = await openBrowser();
  const states = HOSTILE.map((text, index) => {
    const player = { id: text, name: text, device: text, product: text, platform: text };
    const output = { ...session().output, resolution: text.slice(0, 40) };
    const titles = { title: text, childTitle: text, grandchildTitle: text, channel: text };
    const play = session({ user: text, player, output, ...titles });
    const server = { ...SERVER, id: String(index), name: text };
    return later(
      { ...up(), address: text },
      // Its new ID makes it another server, which has no sessions yet.
      { type: "server_described", at: START, server },
      listed(START, play),
    );
  });
  await using server = servePage(pageOf(states));
  await assertShown(browser, server.url, HOSTILE, 10);
});
