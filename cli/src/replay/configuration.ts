import { readFile } from "node:fs/promises";
import { usageError } from "../errors.js";

/** `--config`: JSON as it stands, or the file with it; what the plugin gets is the text, unchanged. */
export async function readConfiguration(text: string): Promise<string> {
  if (/^\s*[{["]/.test(text)) return text;
  try {
    return await readFile(text, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw usageError(
      `--config ${text} is neither JSON nor a file that can be read (${code})`,
      `write it like --config '{"key":"value"}', or name a file`,
    );
  }
}
