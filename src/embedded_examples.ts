/** The dashboards and alert rules of `examples/`, embedded so that the binary can serve them. */
// As JSON, dashboards take half the space in the bundle that they take as text.
import libraries from "../examples/dashboards/libraries.json" with { type: "json" };
import mediaServer from "../examples/dashboards/Media Server.json" with { type: "json" };
import nowPlaying from "../examples/dashboards/now-playing.json" with { type: "json" };
import overview from "../examples/dashboards/overview.json" with { type: "json" };
import exporterHealth from "../examples/dashboards/exporter-health.json" with { type: "json" };
import storage from "../examples/dashboards/storage.json" with { type: "json" };
import usersAndTitles from "../examples/dashboards/users-and-titles.json" with { type: "json" };
import alerts from "../examples/prometheus/alerts.yml" with { type: "text" };

/** The text of each Grafana dashboard by its file name, in the order of the page `/dashboards`. */
export const dashboards: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "overview.json": overview,
    "now-playing.json": nowPlaying,
    "users-and-titles.json": usersAndTitles,
    "libraries.json": libraries,
    "storage.json": storage,
    "exporter-health.json": exporterHealth,
    "Media Server.json": mediaServer,
  }).map(([name, dashboard]) => [name, JSON.stringify(dashboard, null, 2) + "\n"]),
);

/** Alerting and recording rules for Prometheus. */
export const alertRules: string = alerts;
