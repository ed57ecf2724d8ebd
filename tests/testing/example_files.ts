/** Reads the files of `examples/`. It asserts nothing. */

/** The folder. */
export const EXAMPLES: URL = new URL("../../examples/", import.meta.url);

/** The name of the image in the examples. */
export const IMAGE = "ghcr.io/OWNER/prometheus-plex-exporter";

/** The text of an example, by its path in `examples/`. */
export function readText(path: string): string {
  return Deno.readTextFileSync(new URL(path, EXAMPLES));
}

/** All files below a folder of the examples except READMEs, by their paths from `examples/`. */
export function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, EXAMPLES))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return filesBelow(`${folder}${name}/`);
    return name === "README.md" ? [] : [`${folder}${name}`];
  });
}

/** The folder for `STATE_FILE` that the image has, and its owner. */
export const STATE_FOLDER: { readonly path: string; readonly owner: string } = findStateFolder();

function findStateFolder(): { readonly path: string; readonly owner: string } {
  const [, owner, path] =
    /^COPY --from=build --chown=(\S+) \/build\/state (\S+)$/m.exec(readText("../Dockerfile")) ?? [];
  if (owner === undefined || path === undefined) throw new Error("The image has no such folder");
  return { path, owner };
}
