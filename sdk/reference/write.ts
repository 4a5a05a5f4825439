import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cwd, stdout } from "node:process";

import { makeReference, REFERENCE_FOLDER } from "./reference.js";

/** `npm run docs`: writes docs/reference. */
export async function main(): Promise<number> {
  const folder = join(cwd(), REFERENCE_FOLDER);
  const files = await makeReference(cwd());
  await mkdir(folder, { recursive: true });
  for (const old of await readdir(folder)) if (!files.has(old)) await rm(join(folder, old));
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  stdout.write(`${REFERENCE_FOLDER}: ${files.size} pages\n`);
  return 0;
}
