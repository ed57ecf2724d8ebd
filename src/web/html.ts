/**
 * HTML that is escaped unless it says otherwise, by a template tag. It knows the rules for text and
 * for attributes in double quotes; values must not be put into scripts, styles or bare attributes.
 */

/** Markup that is safe as it stands. Only {@link html} makes it, so no data can pass for it. */
export class Html {
  readonly #markup: string;

  /** For {@link html} alone: what is given here is not escaped. */
  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template: text and numbers are escaped, lists joined, undefined left out. */
export type HtmlValue = string | number | Html | undefined | readonly HtmlValue[];

/** A template of HTML in which every value is escaped, but for what is {@link Html} already. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts.reduce((markup, part, index) => markup + escapeHtml(values[index - 1]) + part),
  );
}

const entities: Readonly<Record<string, string>> = {
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
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
