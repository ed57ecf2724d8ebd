/** The targets of binaries, named as by Docker and Prometheus. */

/** Deno's target triples by name. */
export const TARGETS = {
  "linux-amd64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "darwin-amd64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "windows-amd64": "x86_64-pc-windows-msvc",
  "windows-arm64": "aarch64-pc-windows-msvc",
} as const;

/** The name of a target. */
export type Target = keyof typeof TARGETS;

/** All names. */
export const ALL_TARGETS: readonly Target[] = Object.keys(TARGETS) as Target[];

/** The target with this name. Throws if there is none. */
export function readTarget(name: string): Target {
  if (Object.hasOwn(TARGETS, name)) return name as Target;
  throw new Error(`There is no target "${name}"; there are ${ALL_TARGETS.join(", ")}`);
}

/** The target of this machine. Throws if there is none. */
export function ownTarget(): Target {
  const own = ALL_TARGETS.find((target) => TARGETS[target] === Deno.build.target);
  if (own === undefined) throw new Error(`There is no target for ${Deno.build.target}`);
  return own;
}

/** The file name of a binary. */
export function binaryName(name: string, version: string, target: Target): string {
  return `${name}-${version}-${target}${target.startsWith("windows") ? ".exe" : ""}`;
}
