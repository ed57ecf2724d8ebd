/**
 * A template tag for HTML that escapes values, for text and for attributes in double quotes. Values
 * must not be used in scripts, styles or unquoted attributes.
 */

/** Markup that is already escaped. Only {@link html} creates it. */
export class Html {
  readonly #markup: string;

  /** For {@link html} only: the text is not escaped. */
  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** Values of a template: text and numbers are escaped, lists joined, undefined left out. */
export type HtmlValue = string | number | Html | undefined | readonly HtmlValue[];

/** Creates HTML in which every value that is not {@link Html} is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts.reduce((markup, part, index) => markup + escapeHtml(values[index - 1]) + part),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(escapeHtml).join("");
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
