/** All dashboards as JSON, by file name. */
import { health } from "./health.ts";
import { libraries } from "./libraries.ts";
import { mediaServer } from "./media_server.ts";
import { overview } from "./overview.ts";
import { playing } from "./playing.ts";
import { storage } from "./storage.ts";
import { users } from "./users.ts";

const BY_FILE = {
  "overview.json": overview,
  "now-playing.json": playing,
  "users-and-titles.json": users,
  "libraries.json": libraries,
  "storage.json": storage,
  "exporter-health.json": health,
  "Media Server.json": mediaServer,
};

/** The JSON of each dashboard by file name. */
export const DASHBOARDS: ReadonlyMap<string, string> = new Map(
  Object.entries(BY_FILE).map(([name, dashboard]) => [
    name,
    `${JSON.stringify(dashboard, null, 2)}\n`,
  ]),
);
