/** One bundle for all tests of a file, because it takes a second to make. */
import { type Bundle, makeBundle } from "../../.ci/build/bundle.ts";

/**
 * Makes a bundle before the first test of the calling file, and removes it after the last. Returns
 * a function for the bundle, which throws outside of a test. Tests may put files beside the bundle.
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
