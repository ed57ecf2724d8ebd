/** The text that a reader of an HTML page sees. */

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
};

/** The visible text: without style, tags and entities, with collapsed spaces. */
export function visibleText(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<\/?(bdi|code)>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name] ?? "")
    .replace(/\s+/g, " ");
}
