/** The messages of `login` for its user, as lines without line ends. They contain no token. */
import type { Probe } from "./addresses.ts";
import type { AccountServer } from "./schema.ts";

/** The code and where to enter it. */
export function codeLines(code: string): readonly string[] {
  return [
    "",
    `  Open https://plex.tv/link in a browser, sign in, and enter the code ${code}`,
    `  or open https://plex.tv/link/?pin=${code}`,
    "",
  ];
}

/** A request takes time, and `Date` has whole seconds. */
const CLOCK_TOLERANCE_MS = 2 * 60_000;

/** A note if the clock of this machine differs from that of plex.tv. */
export function clockNote(dateMs: number | undefined, nowMs: number): readonly string[] {
  const aheadMs = nowMs - (dateMs ?? nowMs);
  if (Math.abs(aheadMs) < CLOCK_TOLERANCE_MS) return [];
  const difference = formatSpan(Math.abs(aheadMs));
  const side = aheadMs > 0 ? "ahead of" : "behind";
  return [
    `note: The clock of this machine is ${difference} ${side} that of plex.tv. ` +
    "Set it: certificates and the times of samples depend on it",
  ];
}

/** The two largest units, such as "3 d 4 h". */
function formatSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const units = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
  ] as const;
  return units.filter(([count]) => count > 0).slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** What happens until the servers are shown, which takes a while if addresses do not answer. */
export function probingLine(
  servers: readonly Pick<AccountServer, "name">[],
  timeoutMs: number,
): string {
  const [{ name } = { name: "" }] = servers;
  const whose = servers.length === 1 ? name : `${servers.length} servers`;
  return `Trying the addresses of ${whose}. One that does not answer takes ${timeoutMs / 1000} s.`;
}

/** A server with its addresses, each with whether it answers from here and how fast. */
export function serverLines(
  { isOwned, name, owner, version }: AccountServer,
  probes: readonly Probe[],
): readonly string[] {
  const whose = isOwned ? "yours" : owner === undefined ? "shared with you" : `shared by ${owner}`;
  const width = Math.max(...probes.map(({ address }) => address.url.length));
  return [
    "",
    `${name}: ${whose}, Plex ${version}`,
    ...probes.map((probe) => {
      const { address: { isLocal, url } } = probe;
      const mark = probe.answers ? "  ok    " : "  no    ";
      const result = probe.answers
        ? `answers in ${Math.round(probe.durationMs)} ms`
        : `does not answer: ${probe.reason}`;
      return `${mark}${url.padEnd(width)}  ${isLocal ? "local " : "remote"}  ${result}`;
    }),
    ...(probes.length === 0 ? ["  no    plex.tv lists no address of it"] : []),
  ];
}
