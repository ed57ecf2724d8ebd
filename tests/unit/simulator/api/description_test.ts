/** Every answer has the attributes that Plex's description names, with the described types. */
import assert from "node:assert/strict";
import type { Method } from "../../../../src/simulator/stream_output.ts";
import { type SimulatedPlex, startPlex } from "../../../../src/simulator/plex.ts";
import { type Kind, ROUTES } from "../../../testing/described_attributes.ts";
import { DrivenClock } from "../../../testing/driven_clock.ts";
import { get } from "../../../testing/simulator_client.ts";

const METHODS: readonly Method[] = ["direct play", "software transcode", "hardware transcode"];

/** A server with something in every list; returns a film with subtitles. */
function fill({ simulation }: SimulatedPlex): string {
  const film = simulation.libraries.itemsOf("movie", "1")
    .find(({ versions: [version] }) => (version?.subtitles.length ?? 0) > 0);
  assert.ok(film?.ratingKey);
  for (const [index, method] of METHODS.entries()) {
    const [user, player] = [simulation.users[index], simulation.players[index]];
    assert.ok(user && player);
    simulation.play({ item: film, user, player, method, location: index === 1 ? "wan" : "lan" });
  }
  const channel = { number: "5.1", callSign: "HBR", title: "Harbour One" };
  const item = simulation.generator.nonLibrary.broadcast(channel, "News", "/livetv/sessions/abc");
  simulation.play({ item, method: "software transcode" });
  simulation.dvr?.schedule({ title: "News" });
  simulation.backgroundJobs.convert(film);
  simulation.scan("1", { takesMs: 60_000 });
  simulation.server.offerUpdate("1.44.0.11000-ffffffff", "downloading");
  return film.ratingKey;
}

/** All values at a path; "[]" stands for every entry of a list. */
function valuesAt(document: unknown, path: string): readonly unknown[] {
  return path.split(".").reduce<readonly unknown[]>((values, step) => {
    const name = step.replace("[]", "");
    const children = values.flatMap((value) => {
      const child = (value as Readonly<Record<string, unknown>>)[name];
      return child === undefined ? [] : [child];
    });
    if (!step.endsWith("[]")) return children;
    assert.ok(children.every(Array.isArray), `${path}: ${name} is a list`);
    return children.flat();
  }, [document]);
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (typeof kind !== "string") return kind.includes(value);
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "flag":
      return typeof value === "boolean";
    case "object":
      return typeof value === "object" && !Array.isArray(value);
  }
}

for (const [route, attributes] of Object.entries(ROUTES)) {
  Deno.test(`plex answers ${route} with the attributes and types of its description`, async () => {
    const clock = new DrivenClock();
    const plex = await startPlex({ clock, seed: 4, pastViews: { count: 200 }, dvr: {} });
    try {
      const film = fill(plex);
      await clock.advance(20_000);
      const { text } = await get(plex, route.replace("{film}", film));
      for (const [path, kind] of Object.entries(attributes)) {
        const values = valuesAt(JSON.parse(text), path);
        assert.ok(values.length > 0, `${path} is missing`);
        const wrong = values.filter((value) => !isOfKind(value, kind));
        assert.deepEqual(wrong, [], `${path} is not ${kind}`);
      }
    } finally {
      await plex.close();
    }
  });
}
