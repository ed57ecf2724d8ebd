/** The dashboards and alert rules of `examples/`, embedded so that the binary can serve them. */
import libraries from "../examples/dashboards/libraries.json" with { type: "text" };
import mediaServer from "../examples/dashboards/Media Server.json" with { type: "text" };
import nowPlaying from "../examples/dashboards/now-playing.json" with { type: "text" };
import overview from "../examples/dashboards/overview.json" with { type: "text" };
import exporterHealth from "../examples/dashboards/exporter-health.json" with { type: "text" };
import storage from "../examples/dashboards/storage.json" with { type: "text" };
import usersAndTitles from "../examples/dashboards/users-and-titles.json" with { type: "text" };
import alerts from "../examples/prometheus/alerts.yml" with { type: "text" };

/** Grafana dashboards by file name, in the order of the index page. */
export const dashboards: ReadonlyMap<string, string> = new Map([
  ["overview.json", overview],
  ["now-playing.json", nowPlaying],
  ["users-and-titles.json", usersAndTitles],
  ["libraries.json", libraries],
  ["storage.json", storage],
  ["exporter-health.json", exporterHealth],
  ["Media Server.json", mediaServer],
]);

/** Alerting and recording rules for Prometheus. */
export const alertRules: string = alerts;
