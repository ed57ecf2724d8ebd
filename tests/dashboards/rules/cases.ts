/** Test cases for promtool: series that make each alert fire, and series that just do not. */

/** A series and its values in promtool's notation, one a minute. */
export type Input = Readonly<Record<string, string>>;

/** The two cases of an alert. */
export interface Case {
  readonly firing: Input;
  readonly silent: Input;
  /** Minutes after which both cases are evaluated. */
  readonly after: number;
}

const SERVER = 'job="plex",instance="exporter:9000",server="attic",server_id="a1"';
const LIBRARY = `${SERVER},library="Films",library_id="1",library_type="movie"`;
const UP = `plex_up{${SERVER}}`;
const TOKEN = `plex_exporter_token_valid{${SERVER}}`;
const SESSION = `${SERVER},session="7"`;
const speed = (speed: string, throttled: string, progress: string): Input => ({
  [`plex_session_transcode_speed_ratio{${SESSION}}`]: speed,
  [`plex_session_transcode_throttled{${SESSION}}`]: throttled,
  [`plex_session_progress_ratio{${SESSION}}`]: progress,
});
const items = (values: string): Input => ({
  [`plex_library_media_items{${LIBRARY},content_type="movies"}`]: values,
});
const walked = (bytes: string, items: string): Input => ({
  [`plex_library_file_bytes{${LIBRARY},resolution="4k",codec="hevc"}`]: bytes,
  [`plex_library_file_bytes{${LIBRARY},resolution="1080",codec="h264"}`]: "1e12x1600",
  [`plex_library_walk_items{${LIBRARY}}`]: items,
});
const tuners = (idle: string, inUse: string): Input => ({
  [`plex_tuners{${SERVER},state="idle"}`]: idle,
  [`plex_tuners{${SERVER},state="in_use"}`]: inUse,
});
const bytes = (values: string): Input => ({ [`plex_library_storage_bytes{${LIBRARY}}`]: values });

/** Cases by alert. Evaluated once a minute, or every five minutes if longer than a day. */
export const CASES: Readonly<Record<string, Case>> = {
  PlexExporterDown: {
    firing: { 'up{job="plex",instance="exporter:9000"}': "1x5 0x20" },
    silent: { 'up{job="plex",instance="exporter:9000"}': "1x5 0x4 1x20", 'up{job="node"}': "0x30" },
    after: 15,
  },
  PlexExporterAbsent: {
    firing: { 'up{job="node",instance="node:9100"}': "1x30" },
    silent: { 'up{job="plex",instance="exporter:9000"}': "0x30" },
    after: 15,
  },
  PlexTokenRejected: {
    firing: { [TOKEN]: "1x5 0x20", [UP]: "1x5 0x20" },
    silent: { [TOKEN]: "1x30", [UP]: "1x5 0x20" },
    after: 15,
  },
  PlexDown: {
    firing: { [UP]: "1x5 0x20", [TOKEN]: "1x30" },
    silent: { [UP]: "1x5 0x20", [TOKEN]: "1x5 0x20" },
    after: 15,
  },
  PlexNotificationsDisconnected: {
    firing: { [`plex_exporter_websocket_connected{${SERVER}}`]: "1x5 0x40", [UP]: "1x50" },
    silent: { [`plex_exporter_websocket_connected{${SERVER}}`]: "1x5 0x40", [UP]: "1x5 0x40" },
    after: 30,
  },
  PlexDataStale: {
    firing: {
      [`plex_exporter_last_success_timestamp_seconds{${SERVER},endpoint="/status/sessions"}`]:
        "60x200",
      [UP]: "1x200",
    },
    silent: {
      [`plex_exporter_last_success_timestamp_seconds{${SERVER},endpoint="/status/sessions"}`]:
        "0+60x200",
      [`plex_exporter_last_success_timestamp_seconds{${SERVER},endpoint="/identity"}`]: "60x200",
      [UP]: "1x200",
    },
    after: 90,
  },
  PlexTranscodeTooSlow: {
    firing: speed("0.6x30", "0x30", "0.3x30"),
    silent: speed("0x30", "1x30", "0.3x30"),
    after: 10,
  },
  PlexSoftwareTranscodes: {
    firing: { [`plex_video_transcodes{${SERVER},hardware="none"}`]: "3x40" },
    silent: {
      [`plex_video_transcodes{${SERVER},hardware="none"}`]: "2x40",
      [`plex_video_transcodes{${SERVER},hardware="full"}`]: "9x40",
    },
    after: 30,
  },
  PlexHostCpuHigh: {
    firing: { [`plex_host_cpu_ratio{${SERVER}}`]: "0.95x40" },
    silent: { [`plex_host_cpu_ratio{${SERVER}}`]: "0.95x10 0.5 0.95x10 0.5 0.95x20" },
    after: 30,
  },
  PlexRemoteAccessDown: {
    firing: { [`plex_server_remote_access{${SERVER}}`]: "1x5 0x60" },
    silent: { [`plex_server_remote_access{${SERVER}}`]: "1x5 0x20 1x60" },
    after: 50,
  },
  PlexRecordingFailed: {
    firing: { [`plex_recordings{${SERVER},status="failed"}`]: "1x60 2x300" },
    silent: {
      [`plex_recordings{${SERVER},status="failed"}`]: "2x500 1x5",
      [`plex_recordings{${SERVER},status="complete"}`]: "1x60 2x500",
    },
    after: 300,
  },
  PlexTunersAllInUse: {
    firing: tuners("1x5 0x30", "3x5 4x30"),
    silent: tuners("1x5 0x10 1x5 0x10", "3x5 4x10 3x5 4x10"),
    after: 28,
  },
  PlexScanStuck: {
    firing: { [`plex_library_scanning{${LIBRARY}}`]: "0x5 1x300" },
    silent: { [`plex_library_scanning{${LIBRARY}}`]: "0x5 1x150 0x2 1x150" },
    after: 240,
  },
  PlexLibraryNotScanned: {
    firing: { [`plex_library_last_scan_timestamp_seconds{${LIBRARY}}`]: "-700000x120" },
    silent: { [`plex_library_last_scan_timestamp_seconds{${LIBRARY}}`]: "-500000x120" },
    after: 100,
  },
  PlexLibraryShrank: {
    firing: items("400x60 200x60"),
    silent: items("400x60 350x60"),
    after: 90,
  },
  PlexLibraryFilesShrank: {
    // A tenth of all bytes is 0.4 TB.
    firing: walked("3e12x1450 2.5e12x150", "400x1600"),
    silent: walked("3e12x1450 2.5e12x150", "400x1450 380x150"),
    after: 1500,
  },
  PlexLibraryGrowsFast: {
    firing: bytes("4e12x60 6e12x60"),
    silent: bytes("4e12x60 4.5e12x60"),
    after: 90,
  },
  PlexBuffering: {
    firing: {
      [`plex_buffering_seconds_total{${SERVER},platform="Roku",location="wan"}`]: "0+12x60",
    },
    silent: {
      [`plex_buffering_seconds_total{${SERVER},platform="Roku",location="wan"}`]:
        "0x20 30x10 60x60",
    },
    after: 45,
  },
  PlexUpdateAvailable: {
    firing: { [`plex_server_update_available{${SERVER}}`]: "0x5 1x400" },
    silent: { [`plex_server_update_available{${SERVER}}`]: "0x5 1x300 0x100" },
    after: 380,
  },
  PlexSeriesDropped: {
    firing: {
      [`plex_exporter_dropped_series_total{${SERVER},family="plex_session_info"}`]: "0x10 3x30",
    },
    silent: {
      [`plex_exporter_dropped_series_total{${SERVER},family="plex_session_info"}`]: "3x40",
    },
    after: 20,
  },
  PlexStateNotSaved: {
    firing: {
      'plex_exporter_state_saved_timestamp_seconds{job="plex",instance="exporter:9000"}': "0x50",
    },
    silent: {
      // The disk is full for nine minutes: four more than the state may be old.
      'plex_exporter_state_saved_timestamp_seconds{job="plex",instance="exporter:9000"}':
        "0+60x20 1200x8 1740+60x20",
    },
    after: 45,
  },
};
