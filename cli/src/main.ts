#!/usr/bin/env node
import { loadCommands } from "./commands/index.js";
import { giveInterruption, interruptionSentences } from "./interruption.js";
import { discardUnfinished } from "./project/replace-file.js";
import { runProgram } from "./program.js";
import { processTerminal } from "./terminal.js";
import { version } from "./version.js";

const terminal = processTerminal();

process.on("SIGINT", () => {
  if (giveInterruption()) return;
  for (const sentence of interruptionSentences()) terminal.note(sentence);
  process.exit(130);
});

// Whatever ended a verb: nothing half-made stays.
process.on("exit", discardUnfinished);

const words = process.argv.slice(2);
process.exitCode = await runProgram(
  {
    name: "as-proxy-wasm",
    version,
    summary: "Build, test and ship proxy-wasm filters for Envoy.",
    epilogue: "Run in the folder of a filter.json. as-proxy-wasm VERB --help says more.",
  },
  await loadCommands(words[0]),
  words,
  terminal,
);
