/** Finds the programs that tests run, or throws with the command that installs them. */

/** Each program by the name it has on Debian, with its package. */
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

/** A program by its name. */
export type Tool = keyof typeof PACKAGES;

/** All programs that tests run. */
export const TOOLS: readonly Tool[] = Object.keys(PACKAGES) as Tool[];

/** The path of a program. If it is missing, throws with the command that installs all of them. */
export function findTool(tool: Tool): string {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      const path = `${folder}/${tool}`;
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Not in this folder.
    }
  }
  const packages = [...new Set(Object.values(PACKAGES))].join(" ");
  throw new Error(`${tool} is not installed: apt-get install ${packages}`);
}
