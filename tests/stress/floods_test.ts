/** Faults that are too much of something: the exporter outlives them as it does all others. */
import assert from "node:assert/strict";
import { SCENARIOS } from "../testing/fault_list.ts";
import { outlives } from "../testing/survives_fault.ts";

const floods = SCENARIOS.filter(({ pace }) => pace === "much data" || pace === "huge frames");
assert.ok(floods.length >= 5);
floods.forEach(outlives);
