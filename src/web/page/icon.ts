/** The icon of the pages, in the page itself, so that browsers do not request one. */
import { html } from "../html.ts";

/** A screen that shows a rising graph. */
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">' +
  '<rect y="1" width="16" height="12" rx="2" fill="#1d2738"/>' +
  '<path d="M3 8h2v3H3zM7 6h2v5H7z" fill="#8fa3c0"/>' +
  '<path d="M11 3h2v8h-2zM5 14h6v1H5z" fill="#f08c00"/></svg>';

/** The element for the head of a page. Its `Content-Security-Policy` must allow `img-src data:`. */
export const ICON = html`
  <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(SVG)}">
`;
