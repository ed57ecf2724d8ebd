/**
 * Signs in at plex.tv, tries the addresses of the account's servers, and finds the settings for
 * them. `command` runs it with files, signals and exit codes.
 */
import { sleep } from "../clock.ts";
import { backoffMs } from "../plex/backoff.ts";
import type { Secret } from "../config/mod.ts";
import { type Plan, planSettings } from "./plan.ts";
import { createPlexTvClient, type PlexTvClient, type PlexTvOptions } from "./plex_tv.ts";
import { PROBE_TIMEOUT_MS, probeServers } from "./probing.ts";
import { explainPlexTv, isTransient, LoginError } from "./problems.ts";
import type { AccountServer } from "./schema.ts";
import { signIn, type SignInOptions } from "./sign_in.ts";
import { probingLine, serverLines } from "./messages.ts";

export { createDisplay } from "./display.ts";
export type { Plan } from "./plan.ts";

/** Which plex.tv to sign in to, and how. The display receives no token. */
export type LoginRun = PlexTvOptions & SignInOptions;

/**
 * Resolves to what to set; to `undefined` if the signal aborts, or if the sign-in fails, in which
 * case the error has been displayed.
 */
export async function login(run: LoginRun): Promise<Plan | undefined> {
  const { clock, device, display, signal } = run;
  const plexTv = createPlexTvClient(run);
  try {
    const token = await signIn(plexTv, run);
    if (token === undefined) return undefined;
    display.line(
      `Signed in as the device "${device.name}". Removing it at plex.tv, under ` +
        "Authorized Devices, makes its tokens invalid.",
    );
    const servers = await readServers(run, plexTv, token);
    if (servers.length > 0) display.line(probingLine(servers, PROBE_TIMEOUT_MS));
    const probed = await probeServers(servers, { clock, signal });
    if (signal.aborted) return undefined;
    for (const [server, probes] of probed) serverLines(server, probes).forEach(display.line);
    display.line("");
    const plan = planSettings(probed, token);
    plan.notes.forEach((note) => display.line(`note: ${note}`));
    return plan;
  } catch (error) {
    if (!(error instanceof LoginError)) throw error;
    display.line(`error: ${error.message}`);
    return undefined;
  }
}

/** A failure after the sign-in would waste it. */
const MAX_ATTEMPTS = 4;

/** The account's servers; none when the signal aborts. Throws a {@link LoginError}. */
async function readServers(
  { clock, random, signal }: LoginRun,
  plexTv: PlexTvClient,
  token: Secret,
): Promise<readonly AccountServer[]> {
  for (let attempt = 1;; attempt += 1) {
    const answer = await plexTv.servers(token);
    if (signal.aborted) return [];
    if (answer.ok) return answer.value;
    if (attempt >= MAX_ATTEMPTS || !isTransient(answer.problem)) {
      throw new LoginError(explainPlexTv(answer.problem, clock.now()));
    }
    await sleep(clock, backoffMs(attempt, random), signal);
  }
}
