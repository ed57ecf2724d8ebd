/** Reads the metadata that Deno writes into a binary, without running it. */
import assert from "node:assert/strict";

/** The metadata, as far as the tests read it. */
export interface Metadata {
  readonly argv: readonly string[];
  readonly permissions: Readonly<Record<string, unknown>>;
  readonly v8_flags: readonly string[];
  readonly ca_stores: unknown;
  readonly ca_data: unknown;
  readonly unsafely_ignore_certificate_errors: unknown;
  readonly env_vars_from_env_file: Readonly<Record<string, string>>;
  readonly entrypoint_key: string;
  readonly code_cache_key: unknown;
  readonly preload_modules: readonly string[];
  readonly node_modules: unknown;
  readonly app_name: string;
}

/** The JSON object in a file that begins with `argv`. */
export function readMetadata(file: Uint8Array): Metadata {
  const text = new TextDecoder("latin1").decode(file);
  const begin = text.indexOf('{"argv"');
  assert.notEqual(begin, -1, "there is no metadata in the file");
  let depth = 0;
  for (let end = begin; end < text.length; end++) {
    if (text[end] === "{") depth++;
    if (text[end] === "}" && --depth === 0) return JSON.parse(text.slice(begin, end + 1));
  }
  throw new Error("the metadata in the file has no end");
}
