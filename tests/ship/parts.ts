/**
 * The entry point of the bundle that in-process tests run on: the program, bundled like the shipped
 * file, and the parts that those tests start. The shipped file exports nothing.
 */
import "../../src/main.ts";

export * from "../../src/app.ts";
export * from "../../src/check.ts";
export * from "../../src/config/mod.ts";
export * from "../../src/history/mod.ts";
export * from "../../src/log/mod.ts";
export * from "../../src/login/mod.ts";
export * from "../../src/metrics/exposition.ts";
export * from "../../src/metrics/families.ts";
export * from "../../src/metrics/server_labels.ts";
export * from "../../src/plex/monitor.ts";
export * from "../../src/simulator/demo.ts";
