/**
 * Viewers of a simulation that perform random steps, for tests that know every play: no item is
 * played twice under one session key.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Item, ItemType } from "../../src/simulator/item.ts";
import type { Simulation } from "../../src/simulator/simulation.ts";
import type { Viewer } from "../../src/simulator/viewer.ts";

/** What a viewer does next. */
export type ViewerStep =
  | { readonly kind: "play"; readonly who: number; readonly type: ItemType; readonly wan: boolean }
  | { readonly kind: "pause" | "resume" | "buffer" | "seek" | "stop"; readonly which: number }
  | { readonly kind: "next"; readonly which: number };

const MAX_VIEWERS = 6;

const which = fc.nat(20);

/** A random step. */
export const viewerStep: fc.Arbitrary<ViewerStep> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("play" as const),
      who: fc.nat(MAX_VIEWERS - 1),
      type: fc.constantFrom<ItemType>("movie", "episode", "track"),
      wan: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("pause", "resume", "buffer", "seek", "next"),
      which,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), which }) },
) as fc.Arbitrary<ViewerStep>;

/** The viewers of a simulation, at most six. */
export class BusyViewers {
  readonly #simulation: Simulation;
  readonly #timelineIntervalMs: number;
  #viewers: Viewer[] = [];
  #items = 0;

  /** `timelineIntervalMs` is the time between two reports of a player. */
  constructor(simulation: Simulation, timelineIntervalMs: number) {
    this.#simulation = simulation;
    this.#timelineIntervalMs = timelineIntervalMs;
  }

  /** Performs a step. A step of a viewer does nothing if there is none. */
  do(step: ViewerStep): void {
    this.#viewers = this.#viewers.filter(({ isActive }) => isActive);
    if (step.kind === "play") return this.#play(step);
    const viewer = this.#viewers[step.which % Math.max(1, this.#viewers.length)];
    if (step.kind === "next") viewer?.next(this.#newItem("episode"), "same key");
    else if (step.kind === "seek") viewer?.seek(60_000);
    else viewer?.[step.kind]();
  }

  /** Stops all viewers. */
  stop(): void {
    this.#viewers.forEach((viewer) => viewer.stop());
  }

  #play({ who, type, wan }: Extract<ViewerStep, { kind: "play" }>): void {
    const { users, players } = this.#simulation;
    const [user, player] = [users[who], players[this.#viewers.length % players.length]];
    if (user === undefined || player === undefined || this.#viewers.length >= MAX_VIEWERS) return;
    this.#viewers.push(this.#simulation.play({
      item: this.#newItem(type),
      user,
      player,
      location: wan ? "wan" : "lan",
      state: "playing",
      timelineIntervalMs: this.#timelineIntervalMs,
    }));
  }

  #newItem(type: ItemType): Item {
    const items = this.#simulation.libraries.itemsOf(type);
    const item = items[this.#items % items.length];
    this.#items += 1;
    assert.ok(item);
    return item;
  }
}
