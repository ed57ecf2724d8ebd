/** The smoke test of binaries, on scripts in their place: one runs the bundle, others fail. */
import assert from "node:assert/strict";
import { shippedFlags } from "../../.ci/build/project.ts";
import { smoke } from "../../.ci/build/smoke.ts";
import { withFolder } from "../testing/program.ts";
import { oneBundle } from "./one_bundle.ts";

const PAUSE_MS = 20;

const bundle = oneBundle();

/** Runs `test` with the path of an executable shell script. */
async function withScript(script: string, test: (path: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/binary`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await test(path);
  });
}

Deno.test("smoke passes if the demo answers with plex_up 1", async () => {
  const flags = ["--no-config", "--no-lock", ...shippedFlags()].join(" ");
  await withScript(
    `exec "${Deno.execPath()}" run ${flags} "${bundle().path}" "$@"`,
    (path) => smoke(path, PAUSE_MS),
  );
});

Deno.test("smoke fails with the output of a demo that ends", async () => {
  await withScript('echo "cannot start $1" >&2; exit 1', async (path) => {
    await assert.rejects(smoke(path, PAUSE_MS), /does not work:\ncannot start demo\n/);
  });
});

Deno.test("smoke fails if the simulated Plex is not up", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response('plex_up{server="attic"} 0\n', { status: 500 }),
  );
  const { port } = server.addr;
  await withScript(
    `echo "    metrics   http://127.0.0.1:${port}/metrics"; exec sleep 60`,
    async (path) => {
      await assert.rejects(smoke(path, PAUSE_MS), (error: Error) => {
        assert.match(String(error.cause), /A scrape got the status 500/);
        return true;
      });
    },
  );
  await server.shutdown();
});
