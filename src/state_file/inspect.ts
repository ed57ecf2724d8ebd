/** Inspects a state file by reading it, while an exporter may be using it. */
import { folderOf, isFolder, readFile } from "./disk.ts";
import { parseState } from "./schema.ts";

/** A sentence about a state file, and whether an exporter can begin with it. */
export interface StateFileReport {
  readonly good: boolean;
  readonly sentence: string;
}

/** Inspects a state file. It writes nothing, so it does not find out whether that is possible. */
export async function inspectStateFile(path: string): Promise<StateFileReport> {
  if (!(await isFolder(folderOf(path)))) {
    return { good: false, sentence: `there is no folder "${folderOf(path)}"` };
  }
  if (await isFolder(path)) {
    return { good: false, sentence: `"${path}" is a folder; name a file in it` };
  }
  try {
    const text = await readFile(path);
    if (text === undefined) return { good: true, sentence: "there is none yet" };
    const { servers } = parseState(text);
    return { good: true, sentence: `counters of ${servers.length} server(s)` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { good: false, sentence: `counters would begin at 0: ${reason}` };
  }
}
