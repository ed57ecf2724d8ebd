/** The now-playing section of the status page: user, title, decision and progress of each play. */
import { currentValue } from "../../core/availability.ts";
import type { Play, ServerState } from "../../core/state.ts";
import { isHardwareUnknown, playDecision, type Session } from "../../core/session.ts";
import type { Decision, Hardware, PlayState } from "../../core/enums.ts";
import { type Html, html, type HtmlValue } from "../html.ts";
import {
  facts,
  formatBitrate,
  moreRows,
  type Severity,
  statusDot,
  untrusted,
  warning,
} from "./format.ts";

/** Maximum number of rows per server; dashboards show more. */
const MAX_ROWS = 200;

/** The plays of one server, or why they are unknown. */
export function playing(state: ServerState, at: number): Html {
  const known = currentValue(state, "plays", at);
  if (known === undefined) return html`<p class="empty">${whyUnknown(state)}</p>`;
  const plays = [...known.values()];
  if (plays.length === 0) return html`<p class="empty">Nothing is playing.</p>`;
  return html`
    <table class="card playing">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">How</th>
          <th scope="col">Bandwidth</th>
          <th scope="col">Progress</th>
        </tr>
      </thead>
      <tbody>${plays.slice(0, MAX_ROWS).map(row)}</tbody>
    </table>
    ${moreRows(plays.length, MAX_ROWS)}
  `;
}

function whyUnknown({ availability, sources }: ServerState): string {
  if (availability.status === "unknown") return "Not known yet.";
  if (availability.status === "down") return "Not known while Plex is down.";
  if (sources.sessions.unavailable) return "Not shown to a guest: needs the owner's token.";
  return "Not known: the list of sessions is stale.";
}

const STATE_TEXT: Readonly<Record<PlayState, readonly [Severity, string]>> = {
  playing: ["good", "Playing"],
  paused: ["idle", "Paused"],
  buffering: ["warn", "Buffering"],
};

function row({ session, state }: Play): Html {
  const [severity, stateText] = STATE_TEXT[state];
  const { player, user } = session;
  return html`
    <tr>
      <td class="state">${statusDot(severity)} ${stateText}</td>
      <th scope="row" class="who">
        <span class="clip">${untrusted(user || "Unknown user")}</span>
        <small class="clip">${names([player.name || player.device, player.product])}</small>
      </th>
      <td class="what">${titles(session)}</td>
      <td class="how">${delivery(session)}</td>
      <td class="bandwidth">${bandwidth(session)}</td>
      <td class="progress">${progress(session)}</td>
    </tr>
  `;
}

/** The names that are not empty, separated by dots. */
function names(texts: readonly string[]): HtmlValue {
  return texts.filter((text) => text !== "")
    .map((text, index) => [index === 0 ? "" : " · ", untrusted(text)]);
}

function titles({ title, childTitle, grandchildTitle, channel }: Session): Html {
  return html`
    <span class="clip two">${untrusted(title || "Untitled")}</span>
    <small class="clip">${names([childTitle, grandchildTitle, channel])}</small>
  `;
}

const DECISION_TEXT: Readonly<Record<Exclude<Decision, "transcode">, string>> = {
  direct_play: "Direct play",
  direct_stream: "Direct stream",
};

const HARDWARE_TEXT: Readonly<Record<Hardware, string>> = {
  full: "hardware",
  partial: "partly hardware",
  none: "software",
};

function transcodeText(session: Session): string {
  if (isHardwareUnknown(session)) return "Transcode";
  return `Transcode (${HARDWARE_TEXT[session.transcode?.hardware ?? "none"]})`;
}

function delivery(session: Session): Html {
  const { videoDecision, subtitleDecision, transcode } = session;
  const decision = playDecision(session);
  const text = decision !== "transcode"
    ? DECISION_TEXT[decision]
    : videoDecision === "transcode"
    ? transcodeText(session)
    : "Transcode (audio only)";
  const { speed, throttled = false } = transcode ?? {};
  // The speed of a throttled transcode is 0 because it is ahead, not slow.
  const slow = speed !== undefined && speed > 0 && speed < 1 && !throttled;
  return html`
    ${text}
    ${facts([
      resolutions(session),
      subtitleDecision === "burn" ? "burns subtitles" : undefined,
      slow ? warning(`too slow: ${speed.toFixed(1)}×`) : undefined,
    ])}
  `;
}

function resolutions({ source, output }: Session): HtmlValue {
  const from = source?.resolution ?? "";
  const to = output.resolution;
  if (from === "" && to === "") return undefined;
  if (from === "" || to === "" || from === to) return untrusted(from || to);
  return html`${untrusted(from)} → ${untrusted(to)}`;
}

function bandwidth({ output, location, relayed }: Session): Html {
  const { bitrateKbps } = output;
  return html`
    <span class="clip">${bitrateKbps === undefined ? "–" : formatBitrate(bitrateKbps)}</span>
    <small>${location.toUpperCase()}${relayed ? " relay" : ""}</small>
  `;
}

function progress({ progressMs, durationMs, live }: Session): Html {
  if (live) return html`<small>live</small>`;
  if (progressMs === undefined || durationMs === undefined || durationMs <= 0) {
    return html`<small>–</small>`;
  }
  const percent = Math.round(Math.min(1, Math.max(0, progressMs / durationMs)) * 100);
  return html`
    <progress max="100" value="${percent}" aria-label="Progress"></progress>
    <small>${percent} %</small>
  `;
}
