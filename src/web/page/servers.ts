/** The servers section of the status page: the state of each server, its reason and what to do. */
import { FAILURE_MESSAGES } from "../../core/log_messages.ts";
import { type Availability, currentValue } from "../../core/availability.ts";
import { primaryFor } from "../../core/duplicate_servers.ts";
import type { ServerState } from "../../core/state.ts";
import { isUpdateAvailable } from "../../core/server.ts";
import { type Html, html, type HtmlValue } from "../html.ts";
import { activityFacts } from "./activity.ts";
import {
  facts,
  formatAge,
  formatDuration,
  type Severity,
  statusDot,
  timeOfDay,
  untrusted,
  warning,
} from "./format.ts";

/** The name of a server: its friendly name, or its address until that is known. */
export function serverName({ server, address }: ServerState): Html {
  return untrusted(server?.name || address);
}

/** All servers, in the order of the settings. */
export function serversSection(states: readonly ServerState[], at: number): Html {
  return html`
    <section aria-labelledby="servers">
      <h2 id="servers">Servers</h2>
      ${states.length === 0 ? html`<p class="empty">The exporter is starting.</p>` : undefined}
      ${states.map((state) => {
        const primary = primaryFor(states, state);
        return primary === undefined ? card(state, at) : duplicate(state, primary);
      })}
    </section>
  `;
}

function article(state: ServerState, severity: Severity, status: string, rest: HtmlValue): Html {
  return html`
    <article class="card">
      <h3>${statusDot(severity)} <span class="clip">${serverName(
        state,
      )}</span> <span class="pill ${severity}">${status}</span></h3>
      ${rest}
    </article>
  `;
}

function duplicate(state: ServerState, primary: ServerState): Html {
  return article(
    state,
    "warn",
    "Duplicate",
    html`
      <p>${untrusted(state.address)} is the same server as ${serverName(primary)} at
      ${untrusted(primary.address)}: its metrics are exported once. Remove one of the two from
      <code>PLEX_SERVER</code>.</p>
    `,
  );
}

function card(state: ServerState, at: number): Html {
  switch (state.availability.status) {
    case "unknown":
      return article(
        state,
        "idle",
        "Not reached yet",
        html`<p>The exporter is sending its first request.</p>`,
      );
    case "down":
      return article(state, "bad", "Down", downFacts(state, at));
    case "up":
      return article(state, "good", "Up", upFacts(state, at));
  }
}

/** The address, unless the heading shows it instead of an unknown name. */
function addressFact({ server, address }: ServerState): Html | undefined {
  return server?.name ? untrusted(address) : undefined;
}

function downFacts(state: ServerState, at: number): Html {
  const { availability, zone } = state;
  return html`
    ${facts([
      `since ${timeOfDay(availability.since, at, zone)}, for ${
        formatDuration(at - availability.since)
      }`,
      lastAnswerFact(state, at) ?? "no answer so far",
      nextTry(availability, at),
      addressFact(state),
    ])}
    <p class="note bad">${why(
      availability,
    )} The exporter keeps trying; the command <code>check</code>
    shows more.</p>
  `;
}

function lastAnswerFact({ apiStats }: ServerState, at: number): string | undefined {
  const answeredAt = Math.max(...apiStats.lastSuccessAt.values());
  return Number.isFinite(answeredAt) ? `last answer ${formatAge(at - answeredAt)}` : undefined;
}

function nextTry({ retryAt }: Availability, at: number): string | undefined {
  if (retryAt === undefined) return undefined;
  return retryAt > at ? `next try in ${formatDuration(retryAt - at)}` : "trying again";
}

function upFacts(state: ServerState, at: number): Html {
  const { availability, server, zone } = state;
  return html`
    ${facts([
      server && html`Plex ${untrusted(server.version)} on ${untrusted(server.platform)}`,
      isUpdateAvailable(state) ? "update available" : undefined,
      plexPassFact(server?.plexPass),
      eventsFact(state),
      lastAnswerFact(state, at),
      availability.tokenOwner === false ? warning("token of a guest") : "token accepted",
      `up since ${timeOfDay(availability.since, at, zone)}`,
      addressFact(state),
    ])}
    ${facts([...loadFacts(state, at), ...activityFacts(state, at)])}
    ${availability.tokenOwner === false ? NOT_OWNER : undefined}
    ${availability.failuresInARow === 0 ? undefined : html`
      <p class="note warn">The last poll failed. ${why(availability)}</p>
    `}
  `;
}

const NOT_OWNER = html`
  <p class="note warn">The token is not the server owner's: to a guest Plex shows no sessions and no
  statistics. Put the token of the account that owns the server into <code>PLEX_TOKEN</code>.</p>
`;

function plexPassFact(plexPass: boolean | undefined): string | undefined {
  if (plexPass === undefined) return undefined;
  return plexPass ? "Plex Pass" : "no Plex Pass";
}

function eventsFact({ availability, apiStats }: ServerState): HtmlValue {
  if (apiStats.connected) return "events connected";
  return warning(
    availability.tokenOwner === false ? "no events for a guest" : "events not connected",
  );
}

function loadFacts(state: ServerState, at: number): string[] {
  const resources = currentValue(state, "resources", at);
  if (resources === undefined) return [];
  const { hostCpuPercent: cpu, hostMemoryPercent: memory } = resources;
  const parts = [
    ...(cpu === undefined ? [] : [`host CPU ${Math.round(cpu)} %`]),
    ...(memory === undefined ? [] : [`memory ${Math.round(memory)} %`]),
  ];
  return parts.length === 0 ? [] : [parts.join(", ")];
}

/** What the last failure means, and its cause. */
function why({ failure, detail }: Availability): string {
  const meaning = sentence(FAILURE_MESSAGES[failure ?? "other"]);
  return detail === undefined ? meaning : `${meaning} ${sentence(detail)}`;
}

/** The text as a sentence: with a capital letter and a full stop. */
function sentence(text: string): string {
  const hasEnd = /[.?!]$/.test(text);
  return text.charAt(0).toUpperCase() + text.slice(1) + (hasEnd ? "" : ".");
}
