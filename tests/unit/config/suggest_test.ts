/** Suggestions for misspelt words. */
import assert from "node:assert/strict";
import { didYouMean } from "../../../src/config/suggest.ts";

Deno.test("didYouMean() suggests the closest known word in its own spelling, whatever the case", () => {
  const known = ["PLEX_SERVER", "PLEX_TOKEN", "TZ"];
  assert.equal(didYouMean("plex_sever", known), "; did you mean PLEX_SERVER?");
  assert.equal(didYouMean("PLEX_TOKNE", known), "; did you mean PLEX_TOKEN?");
});

Deno.test("didYouMean() suggests nothing for a word that is not close to any", () => {
  for (const word of ["", "HOME", "ZT1", "PLEX_URL"]) {
    assert.equal(didYouMean(word, ["PLEX_SERVER", "PLEX_TOKEN", "TZ"]), "", word);
  }
  assert.equal(didYouMean("PLEX_SERVER", []), "");
});
