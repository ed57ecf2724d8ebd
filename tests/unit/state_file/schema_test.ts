import assert from "node:assert/strict";
import fc from "fast-check";
import type { ServerEvent } from "../../../src/core/event.ts";
import { reduce } from "../../../src/core/reduce.ts";
import { NO_STATE, withServers } from "../../../src/state_file/saved_state.ts";
import { formatState, parseState, StateFileError } from "../../../src/state_file/schema.ts";
import { ROOT } from "../../docs/markdown.ts";
import { largestServer } from "../../testing/largest_state.ts";
import { after, SERVER, START } from "../../testing/core_builders.ts";
import { arbitraryEvents } from "../../testing/arbitrary_events.ts";

const described: ServerEvent = { type: "server_described", at: START, server: SERVER };

Deno.test("parseState reads what formatState writes, of every state", () => {
  fc.assert(fc.property(arbitraryEvents, (events) => {
    const state = withServers(NO_STATE, [reduce(after(...events), described)]);
    const text = formatState(state);
    assert.equal(formatState(parseState(text)), text);
  }));
});

Deno.test("parseState refuses a text that was cut off, anywhere", () => {
  const text = formatState(withServers(NO_STATE, [after(described)]));
  fc.assert(fc.property(fc.nat(text.length - 1), (length) => {
    assert.throws(() => parseState(text.slice(0, length)), StateFileError);
  }));
});

Deno.test("parseState says what is wrong", () => {
  const wrong = (text: string) => {
    try {
      parseState(text);
      return undefined;
    } catch (error) {
      return error instanceof StateFileError ? error.message : error;
    }
  };
  assert.equal(wrong("{"), "It is not JSON, or was cut off");
  assert.equal(wrong("{}"), "It is not a state file of this exporter");
  assert.equal(
    wrong('{"version":2}'),
    "A newer version of the exporter wrote it (format 2)",
  );
  const state = withServers(NO_STATE, [after(described)]);
  const buckets = formatState(state).replace('"buckets":[0,', '"buckets":[');
  assert.match(
    String(wrong(buckets)),
    /^It is damaged at servers\.0\.apiStats\.durations\..*\.buckets$/,
  );
  const damaged = formatState(state).replace('"connections":0', '"connections":-1');
  assert.equal(wrong(damaged), "It is damaged at servers.0.apiStats.connections");
});

Deno.test("the file of a server at every limit has the size that docs/metrics.md states", () => {
  const megabytes = (rows: number) => {
    const text = formatState({ ...NO_STATE, servers: [largestServer(rows)] });
    assert.equal(formatState(parseState(text)), text);
    return Math.round(text.length / 1e6);
  };
  const stated = /At all of them it has (\d+) MB per server, and up to\s+(\d+) MB/
    .exec(Deno.readTextFileSync(new URL("docs/metrics.md", ROOT)));
  assert.deepEqual(stated?.slice(1).map(Number), [megabytes(0), megabytes(100_000)]);
});
