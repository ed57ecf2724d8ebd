/** Content negotiation, by the headers that real scrapers send. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Format, FORMAT_CONTENT_TYPES } from "../../../src/metrics/exposition.ts";
import { chooseFormat } from "../../../src/web/content_negotiation.ts";

const cases: readonly (readonly [client: string, accept: string | null, format: Format])[] = [
  ["no header", null, "text"],
  ["an empty header", "", "text"],
  ["curl", "*/*", "text"],
  [
    "a browser",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    "text",
  ],
  [
    "Prometheus 2.26",
    "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "text",
  ],
  [
    "Prometheus 2.45",
    "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "openmetrics",
  ],
  [
    "Prometheus 3",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    "openmetrics",
  ],
  [
    "Prometheus 3 with native histograms",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    "openmetrics",
  ],
  [
    "Prometheus 3 told to prefer the text format",
    "text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,*/*;q=0.4",
    "text",
  ],
  [
    "VictoriaMetrics",
    "text/plain;version=0.0.4;q=1,*/*;q=0.1",
    "text",
  ],
  ["a name without a version", "application/openmetrics-text", "openmetrics"],
  ["a quoted version", 'application/openmetrics-text; version="1.0.0"', "openmetrics"],
  ["odd case and spaces", "Application/OpenMetrics-Text ; Version=1.0.0 ; Q=0.9", "openmetrics"],
  ["only a draft", "application/openmetrics-text;version=0.0.1", "text"],
  ["a later version", "application/openmetrics-text;version=2.0.0", "text"],
  ["equal weights", "text/plain,application/openmetrics-text", "openmetrics"],
  ["a name and a wildcard of the same weight", "application/openmetrics-text,*/*", "openmetrics"],
  ["a wildcard above the name", "application/openmetrics-text;q=0.2,*/*;q=0.9", "text"],
  ["a wildcard of the type", "text/*,application/openmetrics-text;q=0.9", "text"],
  ["a refusal", "application/openmetrics-text;q=0,text/plain;q=0.1", "text"],
  ["only a refusal", "application/openmetrics-text;q=0", "text"],
  ["wildcards of another type", "application/*", "text"],
  ["an unknown type", "image/png", "text"],
  ["only protobuf", "application/vnd.google.protobuf", "text"],
  ["a malformed weight", "application/openmetrics-text;q=high,text/plain;q=0.5", "openmetrics"],
  ["a malformed header", ";;=,,;q=,=;,\u0000", "text"],
];

for (const [client, accept, format] of cases) {
  Deno.test(`chooseFormat returns ${format} for ${client}`, () => {
    assert.equal(chooseFormat(accept, FORMAT_CONTENT_TYPES), format);
  });
}

Deno.test("chooseFormat returns a format for every header", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (accept) => {
    assert.match(chooseFormat(accept, FORMAT_CONTENT_TYPES), /^(text|openmetrics)$/);
  }));
});
