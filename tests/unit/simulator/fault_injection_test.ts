/** Responses and frames as faults change them; `faults_test.ts` has the same over the network. */
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import {
  corrupt,
  replaceResponse,
  withBadEntries,
  withNumericIds,
} from "../../../src/simulator/fault_injection.ts";
import { documentResponse, errorResponse } from "../../../src/simulator/api/responses.ts";
import { type Fault, Faults } from "../../../src/simulator/faults.ts";
import type { AnyJson } from "../../testing/simulator_client.ts";

const PATH = "/status/sessions";
const DOCUMENT = {
  MediaContainer: {
    size: 2,
    totalSize: 7,
    live: true,
    Metadata: [{ title: "One", Media: [{ id: "1" }, { id: "2" }] }, { title: "Two" }],
  },
};
const RESPONSE = documentResponse(DOCUMENT, true);

function faultsOf(fault: Fault): Faults {
  const faults = new Faults();
  faults.set(fault, { path: PATH });
  return faults;
}

/** The container of the document that a fault leaves. */
function corrupted(fault: Fault): AnyJson {
  return JSON.parse(String(corrupt(faultsOf(fault), PATH, RESPONSE).body)).MediaContainer;
}

Deno.test("without a fault for its path a response stays what it is", () => {
  const faults = faultsOf({ kind: "server error" });
  faults.set({ kind: "empty body" }, { path: PATH });
  assert.equal(replaceResponse(faults, "/identity", ""), undefined);
  assert.equal(corrupt(faults, "/identity", RESPONSE), RESPONSE);
});

Deno.test("only a document in JSON is corrupted: error pages and XML stay whole", () => {
  for (const kind of ["invalid json", "wrong types", "strings only", "bad items"] as const) {
    for (const response of [errorResponse(404), documentResponse(DOCUMENT, false)]) {
      assert.equal(corrupt(faultsOf({ kind }), PATH, response), response, kind);
    }
  }
});

Deno.test("an object flood is valid JSON: the items follow that many bytes of empty ones", () => {
  const { Metadata } = corrupted({ kind: "object flood", bytes: 3_000 });
  assert.equal(Metadata.length, 1_000 + 2);
  assert.deepEqual(Metadata[0], {});
  assert.deepEqual(Metadata.slice(-2), DOCUMENT.MediaContainer.Metadata);
});

Deno.test("strings only: every number and boolean is a string, at every depth", () => {
  assert.deepEqual(corrupted({ kind: "strings only" }), {
    ...DOCUMENT.MediaContainer,
    size: "2",
    totalSize: "7",
    live: "1",
  });
});

Deno.test("wrong types: no attribute has its type, and lists are single objects", () => {
  assert.deepEqual(corrupted({ kind: "wrong types" }), {
    size: "many",
    totalSize: "many",
    live: [true],
    Metadata: { title: { text: "One" }, Media: { id: { text: "1" } } },
  });
});

Deno.test("bad items precede the good ones of every list of the container", () => {
  const { Metadata, size } = corrupted({ kind: "bad items" });
  assert.ok(Metadata.length > 2 && Metadata[0] === null && size === 2);
  assert.deepEqual(Metadata.slice(-2), DOCUMENT.MediaContainer.Metadata);
});

Deno.test("the total moves from the body to the header, if there is one", () => {
  const faults = faultsOf({ kind: "total in header" });
  const { headers, body } = corrupt(faults, PATH, RESPONSE);
  assert.equal(headers["X-Plex-Container-Total-Size"], "7");
  const { totalSize: _, ...rest } = DOCUMENT.MediaContainer;
  assert.deepEqual(JSON.parse(String(body)).MediaContainer, rest);
  const unpaged = documentResponse({ MediaContainer: { size: 0 } }, true);
  assert.equal(corrupt(faults, PATH, unpaged), unpaged);
});

Deno.test("a gzip bomb is small until it is unpacked", () => {
  const { headers, body } = corrupt(
    faultsOf({ kind: "gzip bomb", bytes: 500_000 }),
    PATH,
    RESPONSE,
  );
  assert.equal(headers["Content-Encoding"], "gzip");
  assert.ok(typeof body !== "string" && body.length < 5_000);
  assert.equal(gunzipSync(body).length, 500_000);
});

Deno.test("an operator is rejected only if it is encoded", () => {
  const faults = faultsOf({ kind: "encoded operator rejected" });
  assert.equal(replaceResponse(faults, PATH, "at>=5"), undefined);
  assert.equal(replaceResponse(faults, PATH, "at%3e=5")?.status, 400);
});

Deno.test("a server that is starting says so before anything else", () => {
  const faults = faultsOf({ kind: "unauthorized" });
  faults.set({ kind: "starting" });
  assert.equal(replaceResponse(faults, PATH, "")?.status, 503);
  faults.clear("starting");
  assert.equal(replaceResponse(faults, PATH, "")?.status, 401);
});

Deno.test("ids become numbers where they are digits, and nothing else does", () => {
  const entry = {
    sessionKey: "31",
    ratingKey: "45120",
    sectionID: "-1",
    clientIdentifier: "123",
    guid: "",
    parentItemID: "tv.plex",
  };
  const frame = { type: "playing", list: "PlaySessionStateNotification", entries: [entry, null] };
  assert.deepEqual(withNumericIds(frame).entries, [
    { ...entry, sessionKey: 31, ratingKey: 45_120, sectionID: -1 },
    null,
  ]);
});

Deno.test("bad entries precede the good ones of a frame", () => {
  const entries = [{ sessionKey: "31" }];
  const frame = withBadEntries({ type: "playing", list: "X", entries });
  assert.ok(frame.entries.length > 1 && frame.entries[0] === null);
  assert.deepEqual(frame.entries.slice(-1), entries);
});
