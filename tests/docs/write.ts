/** The task `docs`: prints the parts of the documents that come from the code. */
import { readDocument, ROOT } from "./markdown.ts";
import { PARTS, printParts } from "./print.ts";

for (const [path, parts] of Object.entries(PARTS)) {
  const { text } = readDocument(path);
  const printed = printParts(text, parts);
  if (printed === text) continue;
  await Deno.writeTextFile(new URL(path, ROOT), printed);
  await Deno.stdout.write(new TextEncoder().encode(`Printed: ${path}\n`));
}
