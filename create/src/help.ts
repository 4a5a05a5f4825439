import { templates } from "./templates.js";

export function help(): string {
  const list = Object.entries(templates).map(([name, summary]) => `  ${name.padEnd(24)}${summary}`);
  return [
    "Usage: npm create as-proxy-wasm FOLDER [-- options]",
    "",
    "Makes a filter for Envoy in FOLDER: source, test, recording, configuration.",
    "",
    "Options:",
    "  -t, --template NAME     which template (default: http)",
    "  -v, --version           print the version",
    "  -h, --help              print this help",
    "",
    "Templates:",
    ...list,
  ].join("\n");
}
