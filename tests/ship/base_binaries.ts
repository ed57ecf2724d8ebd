/**
 * Stub base binaries of every target, where Deno looks for those that it has downloaded. They do
 * nothing, and contain only what Deno requires of a base binary.
 */
import { type Target, TARGETS } from "../../.ci/build/targets.ts";

/** The folder below DENO_DIR in which this Deno looks for base binaries. */
export const CACHE: string = `dl/release/v${Deno.version.deno}`;

/** Writes stubs of these targets into a folder for DENO_DIR. */
export async function putBaseBinaries(
  denoDir: string,
  targets: readonly Target[],
): Promise<void> {
  await Deno.mkdir(`${denoDir}/${CACHE}`, { recursive: true });
  for (const target of targets) {
    const name = target.startsWith("windows") ? "denort.exe" : "denort";
    const zip = storedZip(name, await makeBaseBinary(target));
    await Deno.writeFile(`${denoDir}/${CACHE}/denort-${TARGETS[target]}.zip`, zip);
  }
}

/** A stub. That for Linux is this machine's `true`, which runs if the target is this machine. */
async function makeBaseBinary(target: Target): Promise<Uint8Array> {
  const [system, machine] = target.split("-");
  const isArm = machine === "arm64";
  if (system === "darwin") return makeMachO(isArm ? 0x0100000c : 0x01000007);
  if (system === "windows") return makePe(isArm ? 0xaa64 : 0x8664);
  const file = await Deno.readFile("/bin/true");
  file.set(pack([2, isArm ? 0xb7 : 0x3e]), 18);
  return file;
}

/** Integers in little-endian byte order, each of a size in bytes. */
function pack(...fields: readonly (readonly [size: number, value: number])[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([size, value]) =>
      Array.from({ length: size }, (_, at) => Number(BigInt(value) >> BigInt(8 * at) & 0xffn))
    ),
  );
}

/** These parts, with zeros up to `size` bytes. */
function join(size: number, parts: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(size);
  parts.reduce((end, part) => {
    file.set(part, end);
    return end + part.length;
  }, 0);
  return file;
}

/** A name, with zeros up to `size` bytes. */
function named(name: string, size: number): Uint8Array {
  return join(size, [new TextEncoder().encode(name)]);
}

const PAGE = 4096;

/** A Mach-O program for macOS: a page of code, and one for the signature. */
function makeMachO(cpu: number): Uint8Array {
  const segment = (name: string, at: number) =>
    join(72, [
      pack([4, 0x19], [4, 72]),
      named(name, 16),
      pack([8, 0x100000000 + at], [8, PAGE], [8, at], [8, PAGE], [4, 7], [4, 7]),
    ]);
  const signature = pack([4, 0x1d], [4, 16], [4, PAGE], [4, PAGE]);
  const commands = [segment("__TEXT", 0), segment("__LINKEDIT", PAGE), signature];
  const size = commands.reduce((sum, { length }) => sum + length, 0);
  const kind = pack([4, 0xfeedfacf], [4, cpu], [4, 0], [4, 2]);
  return join(2 * PAGE, [kind, pack([4, commands.length], [4, size], [8, 0]), ...commands]);
}

/** A PE program for Windows with one section. */
function makePe(machine: number): Uint8Array {
  const dos = join(64, [pack([2, 0x5a4d], [58, 0], [4, 64])]);
  const coff = pack([4, 0x4550], [2, machine], [2, 1], [12, 0], [2, 240], [2, 0x22]);
  const addresses = pack([4, PAGE], [4, PAGE], [8, 0x140000000], [4, PAGE], [4, 512]);
  const versions = pack([4, 6], [4, 0], [4, 6], [4, 0]);
  const sizes = pack([4, 2 * PAGE], [4, 512], [4, 0], [4, 3]);
  const memory = pack([8, 0x100000], [8, PAGE], [8, 0x100000], [8, PAGE], [4, 0], [4, 16]);
  const optional = [pack([4, 0x20b], [4, 512], [8, 0]), addresses, versions, sizes, memory];
  const section = pack([4, 16], [4, PAGE], [4, 512], [4, 512], [12, 0], [4, 0x60000020]);
  return join(1024, [dos, coff, join(240, optional), named(".text", 8), section]);
}

/** A zip archive with one file in it, uncompressed. */
function storedZip(name: string, content: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(name);
  const common = new DataView(new ArrayBuffer(26));
  common.setUint16(0, 20, true);
  common.setUint32(10, crc32(content), true);
  common.setUint32(14, content.length, true);
  common.setUint32(18, content.length, true);
  common.setUint16(22, text.length, true);
  const fields = new Uint8Array(common.buffer);
  const local = [Uint8Array.of(0x50, 0x4b, 3, 4), fields, text, content];
  const size = local.reduce((sum, { length }) => sum + length, 0);
  const central = [Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), fields, new Uint8Array(14), text];
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, 1, true);
  end.setUint16(10, 1, true);
  end.setUint32(12, 46 + text.length, true);
  end.setUint32(16, size, true);
  const parts = [...local, ...central, new Uint8Array(end.buffer)];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
