/** Writes the dashboards next to this folder: `deno task dashboards`. */
import { DASHBOARDS } from "./all.ts";

for (const [name, text] of DASHBOARDS) {
  await Deno.writeTextFile(new URL(`../${encodeURIComponent(name)}`, import.meta.url), text);
}
