/** Display names of label values, with the same colours on every dashboard. */

/** Texts and colours by value. */
export type Names = Readonly<Record<string, readonly [text: string, colour: string]>>;

export const DECISIONS: Names = {
  direct_play: ["Direct play", "green"],
  direct_stream: ["Direct stream", "blue"],
  transcode: ["Transcode", "orange"],
};

export const LOCATIONS: Names = { lan: ["LAN", "green"], wan: ["WAN", "purple"] };

export const HARDWARE: Names = {
  full: ["In hardware", "green"],
  partial: ["Partly", "yellow"],
  none: ["In software", "orange"],
};

export const STATES: Names = {
  playing: ["Playing", "green"],
  paused: ["Paused", "blue"],
  buffering: ["Buffering", "red"],
};

export const RECORDINGS: Names = {
  scheduled: ["Scheduled", "blue"],
  recording: ["Recording", "red"],
  complete: ["Complete", "green"],
  failed: ["Failed", "orange"],
  other: ["Other", "text"],
};

export const TUNERS: Names = {
  in_use: ["In use", "blue"],
  idle: ["Idle", "green"],
  offline: ["Offline", "orange"],
};

/** The values of `plex_session_state`. */
export const STATE_VALUES: Names = {
  "0": ["Paused", "blue"],
  "1": ["Playing", "green"],
  "2": ["Buffering", "red"],
};

export const CONTENTS: Names = {
  movies: ["Films", "text"],
  episodes: ["Episodes", "text"],
  tracks: ["Tracks", "text"],
  photos: ["Photos", "text"],
};

export const MEDIA: Names = {
  movie: ["Films", "orange"],
  episode: ["Episodes", "blue"],
  track: ["Music", "green"],
  live_tv: ["Live TV", "purple"],
  photo: ["Photos", "yellow"],
  clip: ["Clips", "red"],
  other: ["Other", "text"],
};

/** The values of `last_view`. */
export const LAST_VIEWS: Names = {
  week: ["This week", "green"],
  month: ["This month", "green"],
  quarter: ["This quarter", "blue"],
  year: ["This year", "blue"],
  older: ["Longer ago", "orange"],
  never: ["Never", "red"],
  unknown: ["Unknown", "text"],
};

export const WEEKDAYS: Names = Object.fromEntries(
  ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    .map((day, index) => [String(index + 1), [day, "blue"] as const]),
);

/** Texts of panels without data: the reason. */
export const DOWN = "Plex is down";
export const NO_JOBS = "Plex does not list its jobs, or is down";
export const NO_PASS = "Needs Plex Pass";
export const NOTHING_SENT = "Nothing counted; needs Plex Pass";
export const NOTHING_WATCHED = "Nothing was played in this range";
export const NO_HISTORY = "Plex's history is not read yet, or the token is not the owner's";
export const NOBODY = "Nobody is watching";
export const NO_RECORDER = "No television recorder";
export const UNREAD = "The libraries have not been read yet";
export const UNWALKED = "No library has been walked yet";
export const UNSCRAPED = "The exporter is not scraped";
export const NO_ANSWER = "Plex has not answered yet";
