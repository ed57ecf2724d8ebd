/** The dashboard of current sessions: all details, transcoder and bandwidth. */
import { buildDashboard } from "./dashboard.ts";
import { DOWN, HARDWARE, LOCATIONS, NOTHING_SENT, STATES } from "./names.ts";
import { everythingPlaying } from "./now_playing.ts";
import { barGaugePanel, statPanel, timeSeriesPanel } from "./panel.ts";
import { inRange, largestFirst, orZero, peak, perSecond, selected, sumBy } from "./query.ts";
import { bandwidthOverTime, streamsOverTime } from "./shared.ts";

const PLAYING = 'state="playing"';

const streams = statPanel({
  title: "Playing",
  description: "Sessions playing now.",
  queries: [sumBy("plex_sessions", "", PLAYING)],
  noValue: DOWN,
});

const locations = statPanel({
  title: "Locations",
  description: "Sessions now inside your network and outside of it.",
  queries: [{ expr: sumBy("plex_sessions", "location"), legend: "{{location}}" }],
  noValue: DOWN,
  name: true,
  series: LOCATIONS,
});

const audio = statPanel({
  title: "Audio transcodes",
  description: "Sessions whose audio is converted now.",
  queries: [sumBy("plex_audio_transcodes", "")],
  noValue: DOWN,
});

const subtitles = statPanel({
  title: "Subtitles",
  description:
    "Sessions whose subtitles are burned into the picture, which means a video transcode.",
  queries: [{ expr: sumBy("plex_subtitle_transcodes", "action"), legend: "{{action}}" }],
  noValue: DOWN,
  name: true,
  series: { burn: ["Burned", "orange"], transcode: ["Converted", "blue"] },
});

const peakStreams = statPanel({
  title: "Peak streams",
  description: "The largest number of sessions playing at once in the chosen range.",
  queries: [orZero(peak(sumBy("plex_sessions", "", PLAYING)))],
});

const played = (...matchers: readonly string[]) =>
  inRange("plex_play_seconds_total", "", ...matchers);

const share = statPanel({
  title: "Transcoded",
  description: "Share of the time played in the chosen range that was transcoded.",
  queries: [orZero(`${played('decision="transcode"')} / (${played()} > 0)`)],
  unit: "percentunit",
  decimals: 0,
});

const sent = statPanel({
  title: "Sent today",
  description: "Bytes sent since midnight, as counted by Plex (Plex Pass).",
  timeFrom: "now/d",
  queries: [{ expr: inRange("plex_transmit_bytes_total", "location"), legend: "{{location}}" }],
  unit: "bytes",
  decimals: 1,
  noValue: NOTHING_SENT,
  name: true,
  series: LOCATIONS,
});

const peakOutbound = statPanel({
  title: "Peak outbound",
  description: "Highest sum of the bitrates outside of your network in the chosen range.",
  queries: [
    orZero(peak(sumBy("plex_stream_bandwidth_bits_per_second", "", 'location="wan"'))),
  ],
  unit: "bps",
  decimals: 1,
});

const speed = timeSeriesPanel({
  title: "Speed of transcodes",
  description: "Multiple of real time at which each session is transcoded. Below 1 the player " +
    "buffers, unless the transcode is throttled, which shows 0.",
  queries: [{
    // `topk`: for a moment after a new episode there may be two of a session, and the join fails.
    expr: `${sumBy("plex_session_transcode_speed_ratio", "server_id, session")} ` +
      "* on (server_id, session) group_left (user, title) " +
      `topk by (server_id, session) (1, ${selected("plex_session_info")})`,
    legend: "{{user}}: {{title}}",
  }],
  unit: "suffix: x",
  steps: [[null, "text"], [1, "red"]],
  line: true,
  noValue: "Nothing was transcoded in this range",
});

const hardware = timeSeriesPanel({
  title: "Video transcodes",
  description: "Sessions whose video is converted, by how much of the work the hardware does.",
  queries: [{ expr: sumBy("plex_video_transcodes", "hardware"), legend: "{{hardware}}" }],
  decimals: 0,
  series: HARDWARE,
  noValue: DOWN,
  stacked: true,
});

const states = timeSeriesPanel({
  title: "States",
  description: "Sessions over time by state.",
  queries: [{ expr: sumBy("plex_sessions", "state"), legend: "{{state}}" }],
  decimals: 0,
  series: STATES,
  noValue: DOWN,
  stacked: true,
});

const buffering = barGaugePanel({
  title: "Buffering time",
  description: "Time that players buffered in the chosen range, by platform and location.",
  queries: [{
    expr: largestFirst(`${inRange("plex_buffering_seconds_total", "platform, location")} > 0`),
    legend: "{{platform}}, {{location}}",
  }],
  unit: "s",
  noValue: "No player has buffered in this range",
});

const rate = timeSeriesPanel({
  title: "Sent by Plex",
  description: "Bytes per second sent by Plex, as it counts them (Plex Pass).",
  queries: [{ expr: perSecond("plex_transmit_bytes_total", "location"), legend: "{{location}}" }],
  unit: "Bps",
  series: LOCATIONS,
  noValue: NOTHING_SENT,
});

/** "Plex / Now playing". */
export const playing = buildDashboard({
  uid: "plex-now-playing",
  title: "Plex / Now playing",
  description: "All details of each session, the transcoder and the bandwidth.",
  rows: [
    {
      height: 4,
      panels: [
        [2, streams],
        [4, locations],
        [3, audio],
        [4, subtitles],
        [2, peakStreams],
        [2, share],
        [4, sent],
        [3, peakOutbound],
      ],
    },
    { height: 10, panels: [[24, everythingPlaying()]] },
    { height: 8, panels: [[8, streamsOverTime()], [8, states], [8, hardware]] },
    { height: 8, panels: [[12, speed], [12, bandwidthOverTime()]] },
    { height: 8, panels: [[12, rate], [12, buffering]] },
  ],
});
