/** The value of METRICS_PATH. */
import { quote } from "./quote.ts";
import { fromText, type TextSchema } from "./value_schemas.ts";

/** Paths of the exporter's other pages; everything below `/dashboards` is reserved as well. */
const reservedPaths = ["/healthz", "/alerts.yml", "/dashboards"];

/** A URL path without a trailing slash that no other page of the exporter uses. */
export const metricsPath: TextSchema<string> = fromText((text, fail) => {
  if (!text.startsWith("/")) {
    return fail(`is ${quote(text)}; a path starts with a slash, such as /metrics`);
  }
  const path = text.replace(/\/+$/, "");
  if (path === "") {
    return fail("is /, the path of the status page; choose another, such as /metrics");
  }
  // A URL normalises whatever is not a plain path: `?`, `#`, white space, `..`, `//`.
  const host = "http://exporter";
  if (
    path.includes("//") || !URL.canParse(host + path) || new URL(host + path).href !== host + path
  ) {
    return fail(`is ${quote(text)}; write a plain path such as /metrics, without ?, # or spaces`);
  }
  // An escaped path could decode to the path of another page.
  if (path.includes("%")) return fail(`is ${quote(text)}; write a path without %`);
  if (/[?#]/.test(path)) {
    return fail(`is ${quote(text)}; write a path without a query or a fragment`);
  }
  if (reservedPaths.includes(path) || path.startsWith("/dashboards/")) {
    return fail(`is ${path}, which another page uses; choose another, such as /metrics`);
  }
  return path;
});
