/** The exporter survives faults that send too much data. */
import assert from "node:assert/strict";
import { SCENARIOS } from "../testing/fault_scenarios.ts";
import { testSurvival } from "../testing/survives_fault.ts";

const floods = SCENARIOS.filter(({ pace }) => pace === "much data" || pace === "huge frames");
assert.ok(floods.length >= 5);
floods.forEach(testSurvival);
