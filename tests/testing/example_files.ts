/** Reads the files of `examples/`. It judges none. */

export const EXAMPLES: URL = new URL("../../examples/", import.meta.url);

/** What the examples call the image. */
export const IMAGE = "ghcr.io/OWNER/prometheus-plex-exporter";

/** The text of an example, by its path in `examples/`. */
export function readText(path: string): string {
  return Deno.readTextFileSync(new URL(path, EXAMPLES));
}

/** All files below a folder of the examples but instructions, by their paths from `examples/`. */
export function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, EXAMPLES))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return filesBelow(`${folder}${name}/`);
    return name === "README.md" ? [] : [`${folder}${name}`];
  });
}
