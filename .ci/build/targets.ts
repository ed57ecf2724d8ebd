/** The systems that binaries are made for. Their names are Docker's and those of Prometheus' own. */

/** What Deno calls each. */
export const TARGETS = {
  "linux-amd64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "darwin-amd64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "windows-amd64": "x86_64-pc-windows-msvc",
  "windows-arm64": "aarch64-pc-windows-msvc",
} as const;

export type Target = keyof typeof TARGETS;

export const ALL_TARGETS: readonly Target[] = Object.keys(TARGETS) as Target[];

/** The target of a name. Throws a sentence if there is none of that name. */
export function readTarget(name: string): Target {
  if (Object.hasOwn(TARGETS, name)) return name as Target;
  throw new Error(`There is no target "${name}"; there are ${ALL_TARGETS.join(", ")}`);
}

/** The target that this machine runs. */
export function ownTarget(): Target {
  const own = ALL_TARGETS.find((target) => TARGETS[target] === Deno.build.target);
  if (own === undefined) throw new Error(`No binary is made for ${Deno.build.target}`);
  return own;
}

/** The file name of a binary. */
export function binaryName(name: string, version: string, target: Target): string {
  return `${name}-${version}-${target}${target.startsWith("windows") ? ".exe" : ""}`;
}
