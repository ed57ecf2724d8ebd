/**
 * A document of Plex, serialised as JSON or as XML.
 */

/** An attribute: Plex's JSON has no null. */
export type Scalar = string | number | boolean;

/** An element: attributes, single children and lists of children. `undefined` means absent. */
export interface Element {
  readonly [name: string]: Scalar | Element | readonly Element[] | undefined;
}

/** docs/plex/api.md#empty-lists: a list of children that would be empty is absent, never `[]`. */
export function children(list: readonly Element[]): readonly Element[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** A `MediaContainer` whose size is the length of its list. */
export function container(name: string, list: readonly Element[], rest: Element = {}): Element {
  return { MediaContainer: { size: list.length, ...rest, [name]: children(list) } };
}

/** The document as JSON. */
export function toJson(document: unknown): string {
  return JSON.stringify(document);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"\n]/g, (char) => ENTITIES[char] ?? char);
}

/** docs/plex/api.md#elements: `Metadata` is four different elements in XML. */
function xmlName(name: string, element: Element): string {
  if (name !== "Metadata") return name;
  switch (element.type) {
    case "track":
      return "Track";
    case "photo":
      // An album, whose key leads to its photos.
      return String(element.key).endsWith("/children") ? "Directory" : "Photo";
    case "show":
    case "season":
    case "artist":
    case "album":
      return "Directory";
    default:
      return "Video";
  }
}

function xmlElement(name: string, element: Element): string {
  const attributes: string[] = [];
  const inner: string[] = [];
  for (const [key, value] of Object.entries(element)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) {
      for (const child of value as readonly Element[]) {
        inner.push(xmlElement(xmlName(key, child), child));
      }
    } else if (typeof value === "object") {
      inner.push(xmlElement(key, value as Element));
    } else {
      const text = typeof value === "boolean" ? (value ? "1" : "0") : String(value);
      attributes.push(` ${key}="${escapeXml(text)}"`);
    }
  }
  const open = `<${name}${attributes.join("")}`;
  return inner.length === 0 ? `${open}/>` : `${open}>${inner.join("")}</${name}>`;
}

/** A document with one root element as XML. */
export function toXml(document: Element): string {
  const roots = Object.entries(document).map(([name, root]) => xmlElement(name, root as Element));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${roots.join("\n")}\n`;
}
