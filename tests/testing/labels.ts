/** Labels in the text of series on a page of metrics. */
import type { SimulatedPlex } from "../../src/simulator/plex.ts";
import { findSamples, type Page } from "./harness.ts";

/** The value of a label in the text of a series; "" if the series has no such label. */
export function labelOf(series: string, name: string): string {
  const [, text = ""] = new RegExp(`[{,]${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(series) ?? [];
  return text.replace(/\\(.)/g, (_, char) => char === "n" ? "\n" : char);
}

/** The values of a family's samples by the values of these labels, joined by slashes. */
export function valuesBy(
  page: Page,
  family: string,
  labels: readonly string[],
): Record<string, number> {
  return Object.fromEntries(
    findSamples(page, family).map(([series, value]) => [
      labels.map((label) => labelOf(series, label)).join("/"),
      value,
    ]),
  );
}

/** The label that identifies a server. */
export function serverLabels({ simulation }: SimulatedPlex): { readonly server_id: string } {
  return { server_id: simulation.server.machineIdentifier };
}
