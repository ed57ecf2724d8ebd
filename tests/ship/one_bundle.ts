/** One bundle for all tests of a file, which takes a second to make. */
import { type Bundle, makeBundle } from "../../.ci/build/bundle.ts";

/**
 * Has a bundle made before the first test of the file that calls this, and removed after the last.
 * What it returns is the bundle, for the tests; they may put files beside it.
 */
export function oneBundle(): () => Bundle {
  let made: { readonly bundle: Bundle; readonly folder: string } | undefined;
  Deno.test.beforeAll(async () => {
    const folder = await Deno.makeTempDir();
    made = { bundle: await makeBundle(folder), folder };
  });
  Deno.test.afterAll(async () => {
    if (made !== undefined) await Deno.remove(made.folder, { recursive: true });
  });
  return () => {
    if (made === undefined) throw new Error("There is a bundle only within a test");
    return made.bundle;
  };
}
