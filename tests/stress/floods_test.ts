/** Faults that are too much of something: the exporter outlives them as it does all others. */
import assert from "node:assert/strict";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { testSurvival } from "../testing/survives_fault.ts";

const floods = SCENARIOS.filter(({ pace }) => pace === "much data" || pace === "huge frames");
assert.ok(floods.length >= 5);
floods.forEach(testSurvival);
