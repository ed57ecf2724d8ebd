/** Finds the programs that tests run, or says how to install them. */

/** Each program, under the name that Debian gives it, and the package it comes in. */
const PACKAGES = {
  "prometheus": "prometheus",
  "promtool": "prometheus",
  "prometheus-alertmanager": "prometheus-alertmanager",
  "chromium": "chromium",
  "systemd-analyze": "systemd",
  "systemctl": "systemd",
  "journalctl": "systemd",
  "unshare": "util-linux",
  "nsenter": "util-linux",
  "setpriv": "util-linux",
  "chroot": "coreutils",
} as const;

export type Tool = keyof typeof PACKAGES;

export const TOOLS: readonly Tool[] = Object.keys(PACKAGES) as Tool[];

/** The path of a program; throws with the line that installs it, and all the others, if it lacks. */
export function findTool(tool: Tool): string {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      const path = `${folder}/${tool}`;
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // It is not in this one.
    }
  }
  const packages = [...new Set(Object.values(PACKAGES))].join(" ");
  throw new Error(`${tool} is not installed: apt-get install ${packages}`);
}
