/** The script of CI that moves the tag `latest`, with stubs of git and Docker. */
import assert from "node:assert/strict";
import { runProcess, withFolder } from "../testing/program.ts";

const SCRIPT = new URL("../../.ci/latest", import.meta.url).pathname;
const IMAGE = "ghcr.io/owner/exporter";

/** A stub of git that lists three commits of the branch, the newest first. */
const GIT = `#!/bin/sh
[ "$*" = "rev-list --first-parent HEAD" ] && printf "new\\nmiddle\\nold\\n"
`;

/** A stub of Docker that knows `$IMAGES`, and prints the tags that it is told to create. */
const DOCKER = `#!/bin/sh
case "$1 $2 $3" in
  "buildx imagetools inspect")
    if [ -n "$BROKEN" ]; then echo "ERROR: 503 Service Unavailable" >&2; exit 1; fi
    case " $IMAGES " in *" $4 "*) ;; *) echo "ERROR: $4: not found" >&2; exit 1 ;; esac ;;
  "buildx imagetools create") shift 3; echo "created $*" ;;
  *) exit 2 ;;
esac
`;

/** Runs the script with a registry that has images of these commits, or is broken. */
async function moveLatest(commits: readonly string[], broken = "") {
  return await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/git`, GIT, { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/docker`, DOCKER, { mode: 0o755 });
    const images = commits.map((commit) => `${IMAGE}:sha-${commit}`).join(" ");
    const path = `${folder}:${Deno.env.get("PATH")}`;
    const env = { PATH: path, IMAGES: images, BROKEN: broken };
    return await runProcess("bash", [SCRIPT, IMAGE], { env });
  });
}

for (
  const [commits, newest] of [
    [["new", "middle", "old"], "new"],
    // An older image was ready later, or the newest commit did not pass.
    [["old", "middle"], "middle"],
    [["old"], "old"],
  ] as const
) {
  Deno.test(`of the images of ${commits.join(", ")}, ${newest} becomes latest`, async () => {
    const { code, stdout, stderr } = await moveLatest(commits);
    assert.equal(code, 0, stderr);
    assert.ok(
      stdout.endsWith(`\ncreated --tag ${IMAGE}:latest ${IMAGE}:sha-${newest}\n`),
      stdout,
    );
  });
}

Deno.test("latest stays unchanged if no commit has an image, or if that is unknown", async () => {
  for (
    const [commits, broken, message] of [
      [[], "", /None of these commits has an image/],
      [["old"], "yes", /503/],
    ] as const
  ) {
    const { code, stdout, stderr } = await moveLatest(commits, broken);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.doesNotMatch(stdout, /created/);
  }
});
