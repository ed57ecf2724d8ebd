/** The dashboard of current sessions: all details, transcoder and bandwidth. */
import { buildDashboard } from "./dashboard.ts";
import { DOWN, HARDWARE, LOCATIONS, NOTHING_SENT, STATES } from "./names.ts";
import { everythingPlaying } from "./now_playing.ts";
import { curves, figure, ranking } from "./panel.ts";
import { chosen, inRange, orZero, peak, perSecond, sumBy } from "./query.ts";
import { bandwidthOverTime, streamsOverTime } from "./shared.ts";

const PLAYING = 'state="playing"';

const streams = figure({
  title: "Playing",
  about: "Sessions that play now.",
  queries: [sumBy("plex_sessions", "", PLAYING)],
  nothing: DOWN,
});

const places = figure({
  title: "Where to",
  about: "Sessions now inside your network and outside of it.",
  queries: [{ expr: sumBy("plex_sessions", "location"), legend: "{{location}}" }],
  nothing: DOWN,
  name: true,
  series: LOCATIONS,
});

const audio = figure({
  title: "Audio transcodes",
  about: "Sessions whose audio is converted now.",
  queries: [sumBy("plex_audio_transcodes", "")],
  nothing: DOWN,
});

const subtitles = figure({
  title: "Subtitles",
  about: "Sessions whose subtitles are burned into the picture, which means a video transcode.",
  queries: [{ expr: sumBy("plex_subtitle_transcodes", "action"), legend: "{{action}}" }],
  nothing: DOWN,
  name: true,
  series: { burn: ["Burned", "orange"], transcode: ["Converted", "blue"] },
});

const most = figure({
  title: "Most at once",
  about: "The largest number of sessions playing at once in the chosen range.",
  queries: [orZero(peak(sumBy("plex_sessions", "", PLAYING)))],
});

const played = (...matchers: readonly string[]) =>
  inRange("plex_play_seconds_total", "", ...matchers);

const share = figure({
  title: "Transcoded",
  about: "Share of the time played in the chosen range that was transcoded.",
  queries: [orZero(`${played('decision="transcode"')} / (${played()} > 0)`)],
  unit: "percentunit",
  decimals: 0,
});

const sent = figure({
  title: "Sent today",
  about: "Bytes sent since midnight, as counted by Plex (Plex Pass).",
  span: "now/d",
  queries: [{ expr: inRange("plex_transmit_bytes_total", "location"), legend: "{{location}}" }],
  unit: "bytes",
  decimals: 1,
  nothing: NOTHING_SENT,
  name: true,
  series: LOCATIONS,
});

const widest = figure({
  title: "Most outward",
  about: "Highest sum of the bitrates outside of your network in the chosen range.",
  queries: [
    orZero(peak(sumBy("plex_stream_bandwidth_bits_per_second", "", 'location="wan"'))),
  ],
  unit: "bps",
  decimals: 1,
});

const speed = curves({
  title: "Speed of transcodes",
  about: "Multiple of real time at which each session is transcoded. Below 1 the player " +
    "buffers, unless the transcode is throttled, which shows 0.",
  queries: [{
    // `topk`: for a moment after a new episode there may be two of a session, and the join fails.
    expr: `${sumBy("plex_session_transcode_speed_ratio", "server_id, session")} ` +
      "* on (server_id, session) group_left (user, title) " +
      `topk by (server_id, session) (1, ${chosen("plex_session_info")})`,
    legend: "{{user}}: {{title}}",
  }],
  unit: "suffix: x",
  steps: [[null, "text"], [1, "red"]],
  line: true,
  nothing: "Nothing was transcoded in this range",
});

const hardware = curves({
  title: "Video transcodes",
  about: "Sessions whose video is converted, by how much of the work the hardware does.",
  queries: [{ expr: sumBy("plex_video_transcodes", "hardware"), legend: "{{hardware}}" }],
  decimals: 0,
  series: HARDWARE,
  nothing: DOWN,
  stacked: true,
});

const doing = curves({
  title: "States",
  about: "Sessions over time by state.",
  queries: [{ expr: sumBy("plex_sessions", "state"), legend: "{{state}}" }],
  decimals: 0,
  series: STATES,
  nothing: DOWN,
  stacked: true,
});

const buffering = ranking({
  title: "Waiting for data",
  about: "Time that players buffered in the chosen range, by platform and location.",
  queries: [{
    expr: `sort_desc(${inRange("plex_buffering_seconds_total", "platform, location")} > 0)`,
    legend: "{{platform}}, {{location}}",
  }],
  unit: "s",
  nothing: "No player has buffered in this range",
});

const rate = curves({
  title: "Sent by Plex",
  about: "Bytes per second sent by Plex, as it counts them (Plex Pass).",
  queries: [{ expr: perSecond("plex_transmit_bytes_total", "location"), legend: "{{location}}" }],
  unit: "Bps",
  series: LOCATIONS,
  nothing: NOTHING_SENT,
});

export const playing = buildDashboard({
  uid: "plex-now-playing",
  title: "Plex / Now playing",
  about: "All details of each session, the transcoder and the bandwidth.",
  rows: [
    {
      height: 4,
      panels: [
        [2, streams],
        [4, places],
        [3, audio],
        [4, subtitles],
        [2, most],
        [2, share],
        [4, sent],
        [3, widest],
      ],
    },
    { height: 10, panels: [[24, everythingPlaying()]] },
    { height: 8, panels: [[8, streamsOverTime()], [8, doing], [8, hardware]] },
    { height: 8, panels: [[12, speed], [12, bandwidthOverTime()]] },
    { height: 8, panels: [[12, rate], [12, buffering]] },
  ],
});
