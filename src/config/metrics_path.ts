/** The value of METRICS_PATH. */
import { quote } from "./quote.ts";
import { fromText, type TextSchema } from "./value_schemas.ts";

/** Paths of the exporter's other pages. */
const RESERVED = /^(\/|\/healthz|\/alerts\.yml|\/dashboards(\/.*)?)$/;

/** Segments without escapes: an escaped path could decode to the path of another page. */
const PLAIN_PATH = /^(\/(?!\.\.?(\/|$))[\w.~!$&'()*+,;=:@-]+)+$/;

/** A URL path without a trailing slash that no other page of the exporter uses. */
export const metricsPath: TextSchema<string> = fromText((text, fail) => {
  const path = text.replace(/(?<=.)\/+$/, "");
  if (RESERVED.test(path)) {
    return fail(`is ${path}, which another page uses; choose another, such as /metrics`);
  }
  if (!PLAIN_PATH.test(path)) {
    return fail(
      `is ${quote(text)}; write a plain path such as /metrics, without ?, #, % or spaces`,
    );
  }
  return path;
});
