/**
 * The status page in a real browser: that of the demo, of a busy server and of one with hostile names.
 * Asserts what needs a browser: requests, layout and markup. The texts of the page are tested without
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
const FOREIGN =
  "script, img, iframe, object, embed, link:not([rel=icon]), form, base, svg, h4, [onerror], [style]";

async function assertHarmless(page: Page): Promise<void> {
  assert.equal(await page.evaluate(`document.querySelectorAll("${FOREIGN}").length`), 0);
  assert.equal(await page.evaluate("document.title"), "prometheus-plex-exporter");
  assert.deepEqual(page.errors, [], "the browser logs no errors");
}

/** At every width nothing is wider than the screen, and 10 kB of text do not make it endless. */
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

/** The least contrast of a text with what is behind it (WCAG 2), with that text. */
const LEAST_CONTRAST = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = channels(color).map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((element) => {
      const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
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
    // The recorder is read every five minutes.
    await harness.pass(360);
    const metrics = await harness.text();
    const page = await browser.open(app.url);
    await assertHarmless(page);
    const shown = await page.evaluate<string>("document.body.innerText");
    const people = plex.simulation.viewers.flatMap(({ session }) => session?.user?.name ?? []);
    assert.ok(people.length >= 4);
    for (const person of people) assert.ok(shown.includes(person), person);
    const series = metrics.split("\n").filter((line) => /^[^#]/.test(line)).length;
    assert.ok(shown.includes(`${series.toLocaleString("en")} series`));
    assert.match(shown, /127\.0\.0\.1\s+just now\s+once so far/);
    assert.match(shown, /The state file cannot be written \(not saved yet\)/);
    assert.match(shown, /TELEVISION\s+scheduled\s+[1-9]\s+recording\s+[1-9]\s/);
    await assertFits(browser, app.url);
    for (const dark of [false, true]) {
      const view = await browser.open(app.url, { dark });
      const [contrast, text] = await view.evaluate<[number, string]>(LEAST_CONTRAST);
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

Deno.test("the icon of the page is shown without a request, under the page's own policy", async () => {
  await using browser = await openBrowser();
  const requested: string[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      requested.push(new URL(request.url).pathname);
      const headers = { ...PAGE_HEADERS, "Content-Type": "text/html; charset=utf-8" };
      return new Response(pageOf([up()]), { headers });
    },
  );
  const page = await browser.open(`http://127.0.0.1:${server.addr.port}/`);
  const size = await page.evaluate<number[]>(`(async () => {
    const image = new Image();
    image.src = document.querySelector("link[rel=icon]").href;
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  })()`);
  assert.ok(size.every((pixels) => pixels > 0), `${size}`);
  await assertHarmless(page);
  assert.deepEqual(requested, ["/"]);
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

/** Every text is on the page as often as it should be, as text, and the page is whole. */
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

const person = (name: string, index: number) => ({ id: index + 1, name });

Deno.test("titles and names from Plex made of markup, quotes and controls are text", async () => {
  await using browser = await openBrowser();
  await withHarness(async (harness) => {
    const { simulation } = harness.plex;
    HOSTILE.forEach((title, who) => {
      const item = { ...simulation.randomItem("episode"), title };
      harness.play({ who: who % simulation.players.length, item, user: person(title, who) });
    });
    await harness.pass(30);
    // As user, title and library; what is longer is cut when it is read.
    await assertShown(browser, harness.app.url, HOSTILE.map((text) => text.slice(0, 1_000)), 3);
  }, {
    name: HOSTILE[0] ?? "",
    users: HOSTILE.map(person),
    libraries: [
      ...HOSTILE.map((title) => ({ title, type: "movie" as const })),
      { title: "Series", type: "show" },
    ],
  });
});

Deno.test("texts of 10 kB, wherever they stand, are clipped on the screen and complete in the document", async () => {
  await using browser = await openBrowser();
  const states = HOSTILE.map((evil, index) => {
    const player = { id: evil, name: evil, device: evil, product: evil, platform: evil };
    const output = { ...session().output, resolution: evil.slice(0, 40) };
    const titles = { title: evil, childTitle: evil, grandchildTitle: evil, channel: evil };
    const play = session({ user: evil, player, output, ...titles });
    return later(
      { ...up(), address: evil },
      // Another server, so what plays on it is listed after that.
      {
        type: "server_described",
        at: START,
        server: { ...SERVER, id: String(index), name: evil },
      },
      listed(START, play),
    );
  });
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => {
      const headers = { ...PAGE_HEADERS, "Content-Type": "text/html; charset=utf-8" };
      return new Response(pageOf(states), { headers });
    },
  );
  await assertShown(browser, `http://127.0.0.1:${server.addr.port}/`, HOSTILE, 10);
});
