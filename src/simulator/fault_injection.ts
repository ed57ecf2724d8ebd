/** Replaces and corrupts responses and frames as the faults require. */
import { gzipSync } from "node:zlib";
import type { Faults } from "./faults.ts";
import { type ApiResponse, errorResponse, startingResponse } from "./api/responses.ts";
import type { Frame } from "./api/frames.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function mapScalars(value: Json, map: (scalar: boolean | number | string) => Json): Json {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((child: Json) => mapScalars(child, map));
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, mapScalars(child as Json, map)]),
    );
  }
  return map(value as boolean | number | string);
}

function stringsOnly(value: Json): Json {
  return mapScalars(value, (scalar) => {
    if (typeof scalar === "boolean") return scalar ? "1" : "0";
    return String(scalar);
  });
}

function singleChildren(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return singleChildren(value[0] ?? null);
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, singleChildren(child as Json)]),
  );
}

function wrongTypes(value: Json): Json {
  return mapScalars(singleChildren(value), (scalar) => {
    if (typeof scalar === "number") return "many";
    return typeof scalar === "string" ? { text: scalar } : [scalar];
  });
}

/** The broken entries that precede the good ones of a list. */
const BROKEN_ITEMS: readonly Json[] = [
  null,
  42,
  "broken",
  { sessionKey: { of: "nothing" }, type: [], Media: "none", User: 7, Player: [] },
  {},
];

function badItems(value: Json): Json {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (key === "MediaContainer") return [key, badItems(child as Json)];
      return [key, Array.isArray(child) ? [...BROKEN_ITEMS, ...child] : child];
    }),
  );
}

function totalInHeader(response: ApiResponse, document: Json): ApiResponse {
  const text = JSON.stringify(document);
  const total = /"totalSize":(\d+),?/.exec(text);
  if (total === null) return response;
  return {
    ...response,
    headers: { ...response.headers, "X-Plex-Container-Total-Size": total[1] ?? "" },
    body: text.replace(total[0], ""),
  };
}

/** The response instead of the server's own, if a fault requires one. */
export function replaceResponse(
  faults: Faults,
  template: string,
  rawQuery: string,
): ApiResponse | undefined {
  const starting = faults.take("starting", template);
  if (starting !== undefined) return startingResponse(starting.spelling ?? "xml");
  if (faults.take("unauthorized", template)) return errorResponse(401, template);
  if (faults.take("not found", template)) return errorResponse(404);
  if (faults.take("server error", template)) return errorResponse(500);
  const tooMany = faults.take("too many requests", template);
  if (tooMany !== undefined) {
    return { status: 429, headers: { "Retry-After": String(tooMany.retryAfterS) }, body: "" };
  }
  if (/%3e/i.test(rawQuery) && faults.take("encoded operator rejected", template)) {
    return errorResponse(400);
  }
  const redirect = faults.take("redirect", template);
  if (redirect !== undefined) {
    return { status: redirect.status ?? 302, headers: { "Location": redirect.to }, body: "" };
  }
  if (faults.take("login page", template)) {
    const body = "<!doctype html><html><title>Sign in</title><form method=post></form></html>";
    return { status: 200, headers: { "Content-Type": "text/html" }, body };
  }
  return undefined;
}

/** The response with a corrupted body, if a fault requires that. */
export function corrupt(faults: Faults, template: string, response: ApiResponse): ApiResponse {
  if (faults.take("empty body", template)) return { ...response, body: "" };
  const bomb = faults.take("gzip bomb", template);
  if (bomb !== undefined) {
    const body = gzipSync(new Uint8Array(bomb.bytes).fill(0x20), { level: 1 });
    return { ...response, headers: { ...response.headers, "Content-Encoding": "gzip" }, body };
  }
  const { body } = response;
  if (typeof body !== "string" || response.headers["Content-Type"] !== "application/json") {
    return response;
  }
  if (faults.take("invalid json", template)) {
    return { ...response, body: body.slice(0, Math.ceil(body.length * 0.6)) };
  }
  const oversized = faults.take("oversized", template);
  if (oversized !== undefined) return { ...response, body: body + " ".repeat(oversized.bytes) };
  const flood = faults.take("object flood", template);
  if (flood !== undefined) {
    return { ...response, body: body.replace("[", `[${"{},".repeat(flood.bytes / 3)}`) };
  }
  const rewrite = (change: (document: Json) => Json) => ({
    ...response,
    body: JSON.stringify(change(JSON.parse(body))),
  });
  if (faults.take("wrong types", template)) return rewrite(wrongTypes);
  if (faults.take("strings only", template)) return rewrite(stringsOnly);
  if (faults.take("bad items", template)) return rewrite(badItems);
  if (faults.take("total in header", template)) return totalInHeader(response, JSON.parse(body));
  return response;
}

/** A frame whose ids are numbers. */
export function withNumericIds(frame: Frame): Frame {
  const numeric = (entry: unknown) =>
    typeof entry !== "object" || entry === null ? entry : Object.fromEntries(
      Object.entries(entry).map(([key, value]) => {
        const isId = key === "sessionKey" || key === "ratingKey" || /ID$/.test(key);
        return [key, isId && /^-?\d+$/.test(String(value)) ? Number(value) : value];
      }),
    );
  return { ...frame, entries: frame.entries.map(numeric) };
}

/** A frame whose list begins with broken entries. */
export function withBadEntries(frame: Frame): Frame {
  return { ...frame, entries: [...BROKEN_ITEMS, ...frame.entries] };
}
