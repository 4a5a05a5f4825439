import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isTag } from "oras-js";

/** The version in the project's package.json, where there is one that can be a tag. */
export async function projectVersion(folder: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, "package.json"), "utf8");
  } catch {
    return undefined; // A filter needs no package.json to be packaged.
  }
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === "string" && isTag(version) ? version : undefined;
  } catch {
    return undefined; // npm says what is wrong with it, better than we could.
  }
}
