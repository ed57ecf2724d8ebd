/** Content negotiation, by the headers that real scrapers send. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Format, FORMAT_CONTENT_TYPES } from "../../../src/metrics/exposition.ts";
import { chooseFormat } from "../../../src/web/content_negotiation.ts";

const cases: readonly (readonly [who: string, accept: string | null, format: Format])[] = [
  ["nobody", null, "text"],
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
  ["a draft alone", "application/openmetrics-text;version=0.0.1", "text"],
  ["a version to come", "application/openmetrics-text;version=2.0.0", "text"],
  ["equal weights", "text/plain,application/openmetrics-text", "openmetrics"],
  ["a name beside a wildcard of its weight", "application/openmetrics-text,*/*", "openmetrics"],
  ["a wildcard above the name", "application/openmetrics-text;q=0.2,*/*;q=0.9", "text"],
  ["a wildcard of the type", "text/*,application/openmetrics-text;q=0.9", "text"],
  ["a refusal", "application/openmetrics-text;q=0,text/plain;q=0.1", "text"],
  ["a refusal alone", "application/openmetrics-text;q=0", "text"],
  ["wildcards of another type", "application/*", "text"],
  ["nothing we have", "image/png", "text"],
  ["protobuf alone", "application/vnd.google.protobuf", "text"],
  ["a weight that is none", "application/openmetrics-text;q=high,text/plain;q=0.5", "openmetrics"],
  ["rubbish", ";;=,,;q=,=;,\u0000", "text"],
];

for (const [who, accept, format] of cases) {
  Deno.test(`chooseFormat returns ${format} for ${who}`, () => {
    assert.equal(chooseFormat(accept, FORMAT_CONTENT_TYPES), format);
  });
}

Deno.test("chooseFormat returns a format for every header", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (accept) => {
    assert.match(chooseFormat(accept, FORMAT_CONTENT_TYPES), /^(text|openmetrics)$/);
  }));
});
