/** The `.env` file. */
import assert from "node:assert/strict";
import { read, requiredSettings } from "../../testing/config.ts";

Deno.test("dotenvWarnings() warns of unknown names in .env and suggests known ones", () => {
  const dotenv = "PLEX_SEVER=x\nplex_token=y\nCOMPOSE_PROJECT_NAME=z\nENVIRONMENT=production\n";
  assert.deepEqual(read(requiredSettings, dotenv).warnings, [
    "PLEX_SEVER in .env is not a setting; did you mean PLEX_SERVER?",
    "plex_token in .env is not a setting; did you mean PLEX_TOKEN?",
    "COMPOSE_PROJECT_NAME in .env is not a setting",
  ]);
  assert.equal(read({}, dotenv).warnings.length, 3, "also beside problems");
});

Deno.test("dotenvWarnings() warns of lines that are neither assignments nor comments", () => {
  const dotenv = "# here\n\nPLEX_SERVER: http://plex:32400\nexport LOG_LEVEL=debug\nbroken line\n";
  assert.deepEqual(read({ ...requiredSettings }, dotenv).warnings, [
    "line 3 of .env is not NAME=value; it is ignored",
    "line 5 of .env is not NAME=value; it is ignored",
  ]);
  assert.deepEqual(read({ ...requiredSettings }, 'LOG_LEVEL="\nwithin\n"\n').warnings.slice(1), []);
});
