/** Grafana's libraries and the little page that uses them, built once into a cache. */
import { runProcess } from "../testing/program.ts";

const APP = new URL("app/", import.meta.url);
const FOLDER = new URL("../../dist/pictures-app/", import.meta.url).pathname;

/** The versions that the page was written for. */
const PACKAGES: readonly string[] = [
  "@grafana/data@13.2.2",
  "@grafana/ui@13.2.2",
  "@grafana/schema@13.2.2",
  "@fontsource/inter@5",
  "react@18",
  "react-dom@18",
  "react-router-dom@5",
  "rxjs@7",
  "vite@7",
  "@vitejs/plugin-react@5",
];

const VITE = `import react from "@vitejs/plugin-react";
export default {
  root: "app",
  base: "./",
  plugins: [react()],
  define: { "process.env.NODE_ENV": '"production"', "process.env": "{}" },
  build: { outDir: "../site", emptyOutDir: true, target: "esnext", minify: false },
};
`;

async function run(command: string, ...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runProcess(command, args, { cwd: FOLDER });
  if (code !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
}

/** Installs what is missing and builds the page anew; gives the folder to serve. */
export async function install(say: (text: string) => Promise<void>): Promise<string> {
  await Deno.mkdir(`${FOLDER}app`, { recursive: true });
  for (const { name } of Deno.readDirSync(APP)) {
    await Deno.copyFile(new URL(name, APP), `${FOLDER}app/${name}`);
  }
  await Deno.writeTextFile(`${FOLDER}vite.config.mjs`, VITE);
  try {
    Deno.statSync(`${FOLDER}node_modules/@fontsource/inter`);
  } catch {
    await say("Installing Grafana's libraries");
    await Deno.writeTextFile(`${FOLDER}package.json`, '{ "private": true, "type": "module" }\n');
    // Their peers disagree about React, and none of their install scripts is needed.
    await run(
      "npm",
      "install",
      "--ignore-scripts",
      "--legacy-peer-deps",
      "--no-audit",
      ...PACKAGES,
    );
  }
  await say("Building the page");
  await run("npx", "vite", "build");
  return `${FOLDER}site`;
}
