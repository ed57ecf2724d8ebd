/** Responses and error pages, byte by byte as they were recorded (docs/plex/api.md). */
import assert from "node:assert/strict";
import {
  documentResponse,
  errorResponse,
  reasonOf,
  startingResponse,
} from "../../../../src/simulator/api/responses.ts";

Deno.test("a document is JSON for clients that accept it, and XML for all others", () => {
  const document = { MediaContainer: { size: 0 } };
  const [json, xml] = [documentResponse(document, true), documentResponse(document, false)];
  assert.deepEqual([json.headers["Content-Type"], json.body], [
    "application/json",
    '{"MediaContainer":{"size":0}}',
  ]);
  assert.equal(xml.headers["Content-Type"], "text/xml;charset=utf-8");
  assert.match(String(xml.body), /^<\?xml .*\?>\n<MediaContainer size="0"\/>\n$/);
});

Deno.test("error pages are HTML, and 401 ends the connection", () => {
  for (
    const [status, body] of [
      [
        400,
        "<html><head><title>Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>",
      ],
      [
        401,
        "<html><head><title>Unauthorized</title></head><body><h1>401 Unauthorized</h1></body></html>",
      ],
      [
        404,
        "<html><head><title>Not Found</title></head><body><h1>404 Not Found</h1></body></html>",
      ],
    ] as const
  ) {
    const response = errorResponse(status, "/status/sessions");
    assert.deepEqual([response.status, response.body], [status, body]);
    assert.equal(response.headers["Content-Type"], "text/html");
    assert.equal(response.headers["Connection"], status === 401 ? "close" : undefined);
  }
});

Deno.test("the 401 of the root leads browsers to the web application", () => {
  const { body } = errorResponse(401, "/");
  assert.equal(body.length, 193);
  assert.match(
    String(body),
    /^<html><head><script>window\.location = .*'web\/index\.html';<\/script>/,
  );
  assert.equal(errorResponse(401, "/library").body.length, 91);
  assert.doesNotMatch(String(errorResponse(404, "/").body), /script/);
});

Deno.test("a server that is starting says so as XML or as JSON", () => {
  const status = "Plex Media Server is currently running startup maintenance tasks.";
  const [xml, json] = [startingResponse("xml"), startingResponse("json")];
  assert.deepEqual([xml.status, json.status], [503, 503]);
  assert.deepEqual([xml.headers["Content-Type"], json.headers["Content-Type"]], [
    "text/xml;charset=utf-8",
    "application/json",
  ]);
  const element = `<Response code="503" title="Maintenance" status="${status}"/>`;
  assert.ok(String(xml.body).includes(element));
  assert.deepEqual(JSON.parse(String(json.body)), { code: 503, title: "Maintenance", status });
});

Deno.test("every status has its reason", () => {
  assert.deepEqual([200, 302, 403, 429, 500, 503].map(reasonOf), [
    "OK",
    "Moved",
    "Forbidden",
    "Too Many Requests",
    "Internal Server Error",
    "Service Unavailable",
  ]);
});
