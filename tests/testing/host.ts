/**
 * A host that runs systemd in its own namespaces, for tests. It shares the programs and the network
 * of this machine. It needs root, and a kernel that allows namespaces.
 */
import { type Process, runProcess, startProcess, until } from "./program.ts";
import { findTool } from "./tools.ts";

const BOOT = new URL("../real/systemd/boot.sh", import.meta.url).pathname;

/** The output and the exit code of a command. */
export type Outcome = Awaited<ReturnType<typeof runProcess>>;

/** A running host. Disposing of it removes everything. */
export interface Host extends AsyncDisposable {
  /** Runs a command on the host to its end. */
  run(command: string, args: readonly string[]): Promise<Outcome>;
  /** Runs shell commands in a folder and returns their output. Throws at the first that fails. */
  shell(lines: string, folder?: string): Promise<string>;
}

/** Tries the namespaces and mounts of a host. */
const TRY = `
  mount -t tmpfs tmpfs /tmp && cd /tmp && mkdir upper work root cgroup &&
  mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root &&
  mount -t cgroup2 cgroup2 cgroup && mkdir cgroup/exporter-$$ && rmdir cgroup/exporter-$$`;

/** Why this machine does not allow the namespaces; undefined if it does. */
export async function findRefusal(): Promise<string | undefined> {
  const spaces = ["--mount", "--pid", "--uts", "--ipc", "--cgroup", "--fork"];
  const { code, stderr } = await runProcess(findTool("unshare"), [...spaces, "sh", "-c", TRY]);
  return code === 0 ? undefined : stderr.trim();
}

/** Boots a host, on which `folder` is mounted as `/given`. Everyone must be able to read it. */
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

/** Ends the script that booted the host, and waits until it has cleaned up. */
async function shutDown(booting: Process): Promise<void> {
  try {
    booting.signal("SIGTERM");
  } catch {
    // The process has ended already.
  }
  await booting.code;
}
