#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { parseCommandLine, UsageError } from "./command-line.js";
import { createProject, ProjectError } from "./create-project.js";
import { help } from "./help.js";
import { version } from "./version.js";

process.on("SIGINT", () => process.exit(130));

try {
  const request = parseCommandLine(process.argv.slice(2));
  if (request.kind === "help") console.log(help());
  else if (request.kind === "version") console.log(version);
  else {
    const folder = request.folder ?? (await askFolder());
    const made = createProject({ folder, template: request.template });
    console.log(`Made ${made.name} in ${made.folder} (${made.files} files).\n`);
    if (made.folder !== ".") console.log(`  cd ${shellWord(made.folder)}`);
    console.log("  npm install\n  npm test\n  npm run replay");
  }
} catch (error) {
  const known = error instanceof UsageError || error instanceof ProjectError;
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  if (!known && process.env["AS_PROXY_WASM_DEBUG"]) console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** The one question; without a terminal nobody is there to answer it. */
async function askFolder(): Promise<string> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError("no folder is named; say where, as in npm create as-proxy-wasm my-filter");
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  terminal.on("SIGINT", () => process.exit(130));
  try {
    const answer = await terminal.question("Folder of the new filter (my-filter): ");
    return answer.trim() || "my-filter";
  } finally {
    terminal.close();
  }
}

/** What can be pasted into a shell as one word. */
function shellWord(text: string): string {
  return /^[\w./@+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
