/** What is shown while `login` waits. */
import assert from "node:assert/strict";
import { createDisplay } from "../../../src/login/display.ts";

Deno.test("on a terminal the countdown is one line, which the next line replaces", () => {
  let text = "";
  const display = createDisplay((more) => void (text += more), true);
  display.line("first");
  display.countdown(65_000, "");
  display.countdown(64_000, "; trying again");
  // The same is not written twice.
  display.countdown(63_500, "; trying again");
  display.line("last");
  display.line("");
  assert.equal(
    text,
    "first\n" +
      "\r\u001b[KWaiting for the code: 1:05 left" +
      "\r\u001b[KWaiting for the code: 1:04 left; trying again" +
      "\r\u001b[Klast\n\n",
  );
});

Deno.test("without a terminal there is a line each minute, and none has a control character", () => {
  let text = "";
  const display = createDisplay((more) => void (text += more), false);
  display.line("first");
  for (let leftMs = 150_000; leftMs >= -1_000; leftMs -= 1_000) display.countdown(leftMs, "");
  display.line("a new code");
  display.countdown(90_000, "");
  const waiting = (left: string) => `Waiting for the code: ${left} left\n`;
  assert.equal(
    text,
    `first\n${waiting("2:30")}${waiting("1:30")}${waiting("0:30")}a new code\n${waiting("1:30")}`,
  );
});
