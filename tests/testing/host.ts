/**
 * A machine that systemd runs, for tests: this one's programs in namespaces of their own, and its
 * network. It needs root, and a kernel that allows namespaces. It knows no unit.
 */
import { type Process, runProcess, startProcess, until } from "./program.ts";
import { findTool } from "./tools.ts";

const BOOT = new URL("../real/systemd/boot.sh", import.meta.url).pathname;

/** What a command said and how it ended. */
export type Outcome = Awaited<ReturnType<typeof runProcess>>;

/** A machine that has booted. Disposing of it leaves nothing of it behind. */
export interface Host extends AsyncDisposable {
  /** Runs a command on it to its end. */
  run(command: string, args: readonly string[]): Promise<Outcome>;
  /** Runs lines of shell in a folder, and throws at the first that fails. Gives back what they say. */
  shell(lines: string, folder?: string): Promise<string>;
}

/** What a machine is made of, tried where it leaves nothing behind. */
const TRY = `
  mount -t tmpfs tmpfs /tmp && cd /tmp && mkdir upper work root cgroup &&
  mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root &&
  mount -t cgroup2 cgroup2 cgroup && mkdir cgroup/exporter-$$ && rmdir cgroup/exporter-$$`;

/** Why the kernel, or who keeps it, refuses what a machine is made of; undefined if it does not. */
export async function findRefusal(): Promise<string | undefined> {
  const spaces = ["--mount", "--pid", "--uts", "--ipc", "--cgroup", "--fork"];
  const { code, stderr } = await runProcess(findTool("unshare"), [...spaces, "sh", "-c", TRY]);
  return code === 0 ? undefined : stderr.trim();
}

/** Boots a machine. What is in `folder`, which everybody may read, is in `/given` there. */
export async function bootHost(folder: string): Promise<Host> {
  for (const tool of ["setpriv", "systemctl", "journalctl"] as const) findTool(tool);
  const args = ["--mount", "--propagation=private", "sh", BOOT, folder];
  const booting = startProcess(findTool("unshare"), args);
  try {
    const pid = await booting.says(/^pid (\d+)$/m);
    const run: Host["run"] = (command, args) =>
      runProcess(findTool("nsenter"), [
        `--target=${pid}`,
        ...["--mount", "--pid", "--uts", "--ipc", "--", command, ...args],
      ], { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", SYSTEMD_PAGER: "" } });
    await until("systemd to have booted", async () => {
      const { stdout } = await run("systemctl", ["is-system-running"]);
      return stdout === "running\n" ? stdout : undefined;
    });
    return {
      run,
      async shell(lines, folder = "/") {
        const script = `cd "$0" && set -eux\n${lines}`;
        const { code, stdout, stderr } = await run("sh", ["-c", script, folder]);
        if (code === 0) return stdout;
        const log = await run("journalctl", ["--no-pager", "--boot"]);
        throw new Error(`It ended with code ${code}:\n${stdout}${stderr}${log.stdout}`);
      },
      [Symbol.asyncDispose]: () => shutDown(booting),
    };
  } catch (error) {
    await shutDown(booting);
    throw new Error(`${(error as Error).message}\n${booting.stdout}${booting.stderr}`);
  }
}

/** Lets the script that booted it clear up, which takes a moment. */
async function shutDown(booting: Process): Promise<void> {
  try {
    booting.signal("SIGTERM");
  } catch {
    // It has ended by itself.
  }
  await booting.code;
}
