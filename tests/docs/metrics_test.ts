/** docs/metrics.md has every value of the labels with a fixed set of values. */
import assert from "node:assert/strict";
import { families } from "../../src/metrics/families.ts";
import { allowedValues } from "../testing/contract.ts";
import { readDocument } from "./markdown.ts";

/** Labels whose values are in the text, as a range. */
const IN_THE_TEXT: readonly string[] = ["weekday", "hour"];

interface Row {
  readonly labels: string;
  readonly values: string;
}

/** The rows of the table of values. */
function rows(): readonly Row[] {
  const [, table = ""] = readDocument("docs/metrics.md").text.split(
    /<!-- (?:begin|end) vocabularies/,
  );
  return [...table.matchAll(/^\| (.+) \| (.+) \|$/gm)]
    .map(([, labels = "", values = ""]) => ({ labels, values }));
}

Deno.test("docs/metrics.md has every value of each label with a fixed set of values", () => {
  const table = rows();
  assert.ok(table.length > 15);
  const missing = families({ legacy: false }).flatMap(({ name, labels }) =>
    labels.filter((label) => {
      const values = allowedValues(name, label);
      if (values === undefined || IN_THE_TEXT.includes(label)) return false;
      const named = values.map((value) => value === "" ? "empty" : `\`${value}\``);
      return !table.some((row) =>
        row.labels.includes(`\`${label}\``) && named.every((value) => row.values.includes(value))
      );
    }).map((label) => `${name} ${label}`)
  );
  assert.deepEqual(missing, []);
});
