import assert from "node:assert/strict";
import fc from "fast-check";
import { hourOfWeek, MINUTE_MS } from "../../../src/core/hour_of_week.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Pacific/Apia",
  "+05:37",
  "-00:01",
] as const;

/** Another implementation: formats the local date and hour, and computes the weekday. */
function byDate(at: number, timeZone: string): { weekday: number; hour: number } {
  const text = new Intl.DateTimeFormat("en-US", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    hourCycle: "h23",
  }).format(at);
  const [month = 0, day = 0, year = 0, hour = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return { weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7, hour };
}

Deno.test("hourOfWeek agrees with the local date and hour at any time, whatever is cached", () => {
  const from = Date.UTC(2000, 0, 1);
  const to = Date.UTC(2040, 0, 1);
  const instants = fc.array(fc.integer({ min: 0, max: 7_200_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.integer({ min: from, max: to }),
      instants,
      (zone, start, offsets) => {
        // Close together, so that some results come from the cache.
        for (const offset of offsets) {
          const at = start + offset;
          assert.deepEqual(hourOfWeek(at, zone), byDate(at, zone), `${zone} ${at}`);
        }
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("hourOfWeek is right before and after a change to or from summer time", () => {
  const spring = Date.UTC(2026, 2, 29, 1);
  assert.deepEqual(hourOfWeek(spring - 1, "Europe/Berlin"), { weekday: 7, hour: 1 });
  assert.deepEqual(hourOfWeek(spring, "Europe/Berlin"), { weekday: 7, hour: 3 });
  const autumn = Date.UTC(2026, 9, 25, 1);
  assert.deepEqual(hourOfWeek(autumn - 1, "Europe/Berlin"), { weekday: 7, hour: 2 });
  assert.deepEqual(hourOfWeek(autumn, "Europe/Berlin"), { weekday: 7, hour: 2 });
  assert.deepEqual(hourOfWeek(autumn + 3_600_000, "Europe/Berlin"), { weekday: 7, hour: 3 });
});

Deno.test("hourOfWeek handles zones whose hours begin at any minute", () => {
  const kathmandu = Date.UTC(2026, 0, 5, 18, 15);
  assert.deepEqual(hourOfWeek(kathmandu - 1, "Asia/Kathmandu"), { weekday: 1, hour: 23 });
  assert.deepEqual(hourOfWeek(kathmandu, "Asia/Kathmandu"), { weekday: 2, hour: 0 });
  const odd = Date.UTC(2026, 0, 5, 12, 23);
  assert.deepEqual(hourOfWeek(odd - 1, "+05:37"), { weekday: 1, hour: 17 });
  assert.deepEqual(hourOfWeek(odd, "+05:37"), { weekday: 1, hour: 18 });
});

Deno.test("the hour of the week does not change within a minute, which the cache relies on", () => {
  const start = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
  fc.assert(fc.property(start, fc.constantFrom(...ZONES), (at, zone) => {
    const first = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    assert.deepEqual(byDate(first, zone), byDate(first + MINUTE_MS - 1, zone));
  }));
});

Deno.test("hourOfWeek throws for an unknown zone", () => {
  assert.throws(() => hourOfWeek(0, "Europe/Atlantis"), RangeError);
});
