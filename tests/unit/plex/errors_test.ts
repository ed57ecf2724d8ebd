/**
 * The failure that each status of docs/plex/api.md#statuses becomes, with the bodies that were
 * recorded. What a failure does to the metrics is tested with the whole exporter.
 */
import assert from "node:assert/strict";
import { freePort } from "../../testing/program.ts";
import { withClient, withServer } from "../../testing/plex_fixture.ts";

interface Case {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
  readonly failure: string;
  readonly detail: string;
}

/** Plex's own error page, which is HTML even if JSON was requested. */
function html(status: number, reason: string, script = ""): string {
  return `<html><head>${script}<title>${reason}</title></head>` +
    `<body><h1>${status} ${reason}</h1></body></html>`;
}

const WRONG_TOKEN = "the token is wrong, expired or revoked, or not the owner's";
const SCRIPT = "<script>window.location = window.location.href.match(/(^.+\\/)[^\\/]*$/)[1] + " +
  "'web/index.html';</script>";
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const MIGRATING = "Plex Media Server is currently running database migrations.";
const MAINTAINING = "Plex Media Server is currently running startup maintenance tasks.";
const NO_JSON = {
  failure: "malformed",
  detail:
    "The answer is not JSON, or has too many objects: is a proxy or a login page in front of Plex?",
};
const A_PAGE = {
  failure: "malformed",
  detail: "The answer is a page (HTML or XML): is a proxy or a login page in front of Plex?",
};
const OTHER_SHAPE = {
  failure: "malformed",
  detail: "The answer is JSON, but not in the format of Plex",
};

const CASES: Readonly<Record<string, Case>> = {
  "error 400: a parameter is invalid": {
    status: 400,
    body: html(400, "Bad Request"),
    failure: "other",
    detail: "Plex answered 400",
  },
  "error 401: the token is invalid, answered at /": {
    status: 401,
    body: html(401, "Unauthorized", SCRIPT),
    failure: "unauthorized",
    detail: `Plex answered 401: ${WRONG_TOKEN}`,
  },
  "error 401: the token is invalid, answered elsewhere": {
    status: 401,
    body: html(401, "Unauthorized"),
    failure: "unauthorized",
    detail: `Plex answered 401: ${WRONG_TOKEN}`,
  },
  "error 401: the token is invalid, in the format of plex.tv": {
    status: 401,
    type: "application/json",
    body: '{"errors":[{"code":1001,"message":"User could not be authenticated","status":401}]}',
    failure: "unauthorized",
    detail: `Plex answered 401: ${WRONG_TOKEN}`,
  },
  "error 403: the token is valid, but not the owner's": {
    status: 403,
    body: html(403, "Forbidden"),
    failure: "unauthorized",
    detail: "Plex answered 403: the token is not allowed to read this; is it the owner's?",
  },
  "error 498: the token has expired, answered by plex.tv": {
    status: 498,
    body: "",
    failure: "unauthorized",
    detail: "Plex answered 498: the token has expired",
  },
  "error 404: the path does not exist": {
    status: 404,
    body: html(404, "Not Found"),
    failure: "not_found",
    detail: "The server answered 404",
  },
  "error 429: a proxy limits the rate": {
    status: 429,
    body: "",
    failure: "unavailable",
    detail: "Plex answered 429",
  },
  "error 500: an internal error": {
    status: 500,
    body: html(500, "Internal Server Error"),
    failure: "other",
    detail: "Plex answered 500",
  },
  "error 502: a proxy does not reach Plex": {
    status: 502,
    body: "<html><body><center><h1>502 Bad Gateway</h1></center><hr>nginx</body></html>",
    failure: "unavailable",
    detail: "A proxy answered 502: it cannot reach Plex",
  },
  "error 503: a database migration is running": {
    status: 503,
    type: "text/xml;charset=utf-8",
    body: `${XML}<Response code="503" title="Maintenance" status="${MIGRATING}"/>\n`,
    failure: "unavailable",
    detail: `Plex answered 503: ${MIGRATING}`,
  },
  "error 503: the server is starting": {
    status: 503,
    type: "text/xml;charset=utf-8",
    body: `${XML}<Response code="503" title="Maintenance" status="${MAINTAINING}"/>\n`,
    failure: "unavailable",
    detail: `Plex answered 503: ${MAINTAINING}`,
  },
  "error 503: the server is starting, in JSON": {
    status: 503,
    type: "application/json",
    body: `{"code":503,"title":"Maintenance","status":"${MAINTAINING}"}`,
    failure: "unavailable",
    detail: `Plex answered 503: ${MAINTAINING}`,
  },
  "error 504: a proxy has waited for Plex": {
    status: 504,
    body: "",
    failure: "unavailable",
    detail: "A proxy answered 504: it cannot reach Plex",
  },
  "error 200: a login page instead of an answer": {
    status: 200,
    body: "<html><head><title>Log in</title></head><body></body></html>",
    ...A_PAGE,
  },
  "error 200: XML, although JSON was requested": {
    status: 200,
    type: "text/xml;charset=utf-8",
    body: `${XML}<MediaContainer size="0" machineIdentifier="m" version="1"></MediaContainer>\n`,
    ...A_PAGE,
  },
  "error 200: an empty body": { status: 200, body: "", ...NO_JSON },
  "error 200: JSON that was cut off": { status: 200, body: '{"MediaContainer":', ...NO_JSON },
  "error 200: JSON of another shape": {
    status: 200,
    type: "application/json",
    body: '{"MediaContainer":{"size":0}}',
    ...OTHER_SHAPE,
  },
  "error 200: JSON without a container": { status: 200, body: "[]", ...OTHER_SHAPE },
};

for (const [name, { status, type = "text/html", body, failure, detail }] of Object.entries(CASES)) {
  Deno.test(name, async () => {
    const answer = await withServer(
      () => new Response(body, { status, headers: { "content-type": type } }),
      (url) => withClient(url, (client) => client.identity()),
    );
    assert.ok(!answer.ok, "it did not fail");
    assert.equal(answer.failure, failure);
    assert.equal(answer.status, status);
    assert.equal(answer.detail, detail);
  });
}

Deno.test("error 000: nothing listens, so the connection is refused", async () => {
  const answer = await withClient(
    `http://127.0.0.1:${freePort()}`,
    (client) => client.identity(),
  );
  assert.ok(!answer.ok, "it did not fail");
  assert.deepEqual([answer.failure, answer.detail], ["refused", "Connection refused"]);
});
