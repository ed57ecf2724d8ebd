/** Tries the addresses of servers, several at a time. */
import type { Clock } from "../clock.ts";
import { parseIdentity } from "../plex/schema.ts";
import { type Address, addressesOf, type Probe } from "./addresses.ts";
import { shortReason } from "./problems.ts";
import { requestJson } from "./request.ts";
import type { AccountServer } from "./schema.ts";

export interface ProbeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Of each address: a local server answers within milliseconds, one abroad within a second. */
export const PROBE_TIMEOUT_MS = 5_000;

/** An account may see dozens of servers, each with several addresses. */
const MAX_CONCURRENT = 8;

/** The servers, each with the results for its addresses, in the order of {@link addressesOf}. */
export async function probeServers(
  servers: readonly AccountServer[],
  options: ProbeOptions,
): Promise<(readonly [AccountServer, readonly Probe[]])[]> {
  const probed = servers.map((server) => [server, new Array<Probe>()] as const);
  const queue = probed.flatMap(([server, probes]) =>
    addressesOf(server).map((address, index) => async () => {
      probes[index] = await probe(address, server.id, options);
    })
  ).values();
  // The workers share the queue.
  const work = async () => {
    for (const run of queue) await run();
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT }, work));
  return probed;
}

/**
 * Asks an address which server it is. Any machine may answer at it today, so the request has no
 * token, and the answer has to name the server.
 */
async function probe(
  address: Address,
  serverId: string,
  { clock, signal }: ProbeOptions,
): Promise<Probe> {
  const answer = await requestJson({
    url: `${address.url}/identity`,
    headers: { "Accept": "application/json" },
    parse: (body) => parseIdentity(body)?.machineIdentifier,
    clock,
    timeoutMs: PROBE_TIMEOUT_MS,
    signal,
  });
  if (!answer.ok) return { address, answers: false, reason: shortReason(answer.problem) };
  if (answer.value !== serverId) {
    return { address, answers: false, reason: "another Plex server answers" };
  }
  return { address, answers: true, durationMs: answer.durationMs };
}
