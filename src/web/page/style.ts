/** The style of the HTML pages: light and dark, for desktops and phones, with system fonts. */
import { html } from "../html.ts";

/** The style sheet. */
export const STYLE = html`
  <style>
    :root {
      color-scheme: light dark;
      --page: #f6f6f4; --card: #fff; --line: #e3e2de; --text: #1d1e20; --muted: #5f6166;
      --link: #8a5a00; --bar: #d39100; --track: #e9e7e2;
      --good: #23863f; --warn: #a35c00; --bad: #c62f2f; --idle: #8b8d93;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #131416; --card: #1b1d20; --line: #2d3035; --text: #e8e8e6; --muted: #a2a5ab;
        --link: #eab54a; --bar: #e5a00d; --track: #33363c;
        --good: #4fbf6d; --warn: #eba743; --bad: #f47b72; --idle: #7d8087;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 72rem;
      background: var(--page); color: var(--text);
      font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
    }
    header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; justify-content: space-between; }
    h1 { font-size: 1.2rem; font-weight: 650; margin: 0; }
    h2 { font-size: .8rem; font-weight: 650; letter-spacing: .05em; text-transform: uppercase; color: var(--muted); margin: 2rem 0 .6rem; }
    h3 { font-size: 1rem; font-weight: 650; margin: 0; display: flex; gap: .5rem; align-items: center; min-width: 0; }
    h3 > .clip { flex: 0 1 auto; }
    section > h3 { margin: 1rem 0 .5rem; font-size: .95rem; }
    p { margin: .5rem 0 0; }
    small, .version, footer { font-size: .85rem; font-weight: 400; color: var(--muted); }
    a { color: var(--link); text-underline-offset: .15em; }
    code { font: .92em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
    article.card { padding: .9rem 1.1rem 1rem; margin-top: .75rem; }
    .empty { color: var(--muted); }
    section > .empty { margin: 0; }
    .dot { display: inline-block; flex: none; width: .6rem; height: .6rem; margin-right: .3rem; border-radius: 50%; background: var(--idle); }
    h3 .dot { margin: 0; }
    .dot.good { background: var(--good); } .dot.warn { background: var(--warn); } .dot.bad { background: var(--bad); }
    .pill { flex: none; font-size: .8rem; padding: .05rem .55rem; border: 1px solid currentColor; border-radius: 1rem; color: var(--muted); }
    .pill.good { color: var(--good); } .pill.warn { color: var(--warn); } .pill.bad { color: var(--bad); }
    .warning { color: var(--warn); }
    .note { border-left: 3px solid var(--warn); padding-left: .75rem; }
    .note.bad { border-color: var(--bad); }
    .facts { list-style: none; margin: .35rem 0 0; padding: 0; color: var(--muted); font-size: .92rem; }
    .facts:empty { display: none; }
    .facts li { display: inline; }
    .facts li + li::before { content: " · "; }
    td .facts { margin: 0; font-size: .85rem; }
    .clip { display: block; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .clip.two { white-space: normal; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; }
    p bdi, .facts bdi { display: inline-block; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; }
    .clip:empty { display: none; }
    table { width: 100%; border-collapse: separate; border-spacing: 0; table-layout: fixed; }
    th, td { text-align: left; vertical-align: top; padding: .55rem .75rem; font-weight: inherit; }
    th[scope="row"] { font-weight: 550; }
    th:first-child, td:first-child { padding-left: 1.1rem; }
    th:last-child, td:last-child { padding-right: 1.1rem; }
    thead th { font-size: .85rem; color: var(--muted); padding-block: .5rem .45rem; }
    tbody th, tbody td { border-top: 1px solid var(--line); }
    .number { text-align: right; }
    .playing thead th:nth-child(1) { width: 7.5rem; }
    .playing thead th:nth-child(2) { width: 21%; }
    .playing thead th:nth-child(4) { width: 12.5rem; }
    .playing thead th:nth-child(5) { width: 7rem; }
    .playing thead th:nth-child(6) { width: 9.5rem; }
    .scrapes thead th:nth-child(1) { width: 42%; }
    .scrapes th[scope="row"] { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    tbody .progress { white-space: nowrap; }
    progress { appearance: none; width: 5rem; height: .4rem; border: 0; border-radius: 1rem; overflow: hidden; background: var(--track); vertical-align: middle; margin-right: .35rem; }
    progress::-webkit-progress-bar { background: var(--track); }
    progress::-webkit-progress-value { background: var(--bar); }
    progress::-moz-progress-bar { background: var(--bar); }
    .tiles { margin: 0; padding: .9rem 1.1rem; display: grid; grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); gap: .9rem 1rem; }
    .tiles dt { font-weight: 550; }
    .tiles dd { margin: 0; color: var(--muted); }
    .tiles dd small { display: block; }
    footer { margin-top: 2.5rem; }
    @media (max-width: 60rem) {
      .playing, .playing tbody { display: block; }
      .playing thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      .playing tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .3rem .75rem; padding: .8rem 1.1rem; border-top: 1px solid var(--line); }
      .playing tr:first-child { border-top: 0; }
      .playing tbody th, .playing tbody td { display: block; min-width: 0; padding: 0; border: 0; }
      .playing .what { grid-area: 1 / 1; font-weight: 550; }
      .playing .state { grid-area: 1 / 2; font-size: .9rem; text-align: right; }
      .playing .who { grid-area: 2 / 1; font-weight: 400; }
      .playing .bandwidth { grid-area: 2 / 2; text-align: right; }
      .playing .how { grid-area: 3 / 1; }
      .playing .progress { grid-area: 3 / 2; text-align: right; align-self: center; }
    }
    @media (max-width: 40rem) {
      body { padding: 1rem .75rem 2rem; }
      th, td { padding-inline: .4rem; }
      th:first-child, td:first-child { padding-left: .9rem; }
      th:last-child, td:last-child { padding-right: .9rem; }
      article.card, .tiles, .playing tr { padding-inline: .9rem; }
      .libraries :is(th, td):is(:nth-child(2), :nth-child(5)) { display: none; }
      .libraries thead th:nth-child(4) { width: 5.5rem; }
      .scrapes, .scrapes tbody { display: block; }
      .scrapes thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      .scrapes tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .1rem .75rem; padding: .7rem .9rem; }
      .scrapes tr + tr { border-top: 1px solid var(--line); }
      .scrapes tbody th, .scrapes tbody td { display: block; padding: 0; border: 0; }
      .scrapes td:nth-child(2) { text-align: right; }
    }
  </style>
`;
