/**
 * The licence texts of the packages in the bundle. The packages are read from the source map of the
 * bundle, so they are exactly those that it contains.
 */
import { ROOT } from "./project.ts";

/** A package in Deno's cache. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** The licence section of a README, for packages without a licence file. */
const README_LICENCE = /^#+ licen[cs]e[^\n]*\n([\s\S]*)$/im;

/** The licence text of a bundle: the licences of its packages and of the program. */
export function licenceTexts(sources: readonly string[], bundleFolder: string): string {
  const packages = packagesOf(sources, bundleFolder);
  const byText = Map.groupBy(packages, licenceOf);
  const own = Deno.readTextFileSync(`${ROOT}LICENSE`).trim();
  const parts = [...byText].map(([text, packages]) => {
    const names = packages.map(({ name, version }) => `${name} ${version}`).join(", ");
    return `${names}\n${"-".repeat(names.length)}\n\n${text}\n`;
  });
  return `prometheus-plex-exporter is under the Apache License, Version 2.0, which is at the ` +
    `end.\nIt contains these packages, each under its own terms.\n\n` +
    `${parts.join("\n\n")}\n\nprometheus-plex-exporter\n------------------------\n\n${own}\n`;
}

/** The packages of the source files, sorted by name. */
function packagesOf(sources: readonly string[], bundleFolder: string): readonly Package[] {
  const found = new Map<string, Package>();
  for (const source of sources) {
    const path = new URL(source, `file://${bundleFolder}/`).pathname;
    const [folder, name, version] =
      /^.*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d[^/]*)(?=\/)/.exec(path) ?? [];
    if (folder !== undefined && name !== undefined && version !== undefined) {
      found.set(folder, { folder, name, version });
    }
  }
  return [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

function licenceOf({ name, version, folder }: Package): string {
  const files = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
  const texts = files.filter((file) => LICENCE_FILE.test(file))
    .map((file) => Deno.readTextFileSync(`${folder}/${file}`));
  if (texts.length === 0) {
    const readme = files.find((file) => /^readme(\.md)?$/i.test(file));
    const [, text] = README_LICENCE.exec(
      readme === undefined ? "" : Deno.readTextFileSync(`${folder}/${readme}`),
    ) ?? [];
    if (text === undefined) throw new Error(`${name} ${version} has no licence text`);
    texts.push(text);
  }
  return texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
}
