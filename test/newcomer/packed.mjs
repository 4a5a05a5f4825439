/** What npm would publish: only what an installation needs, and nothing that tells where it was built. */
import { readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";

/** One sentence for each thing that must not be in an unpacked package. */
export function packedProblems(folder, repository) {
  // A whole path: "./root-context.js" does not name the folder /root.
  const machine = [repository, homedir()].map((path) => ({
    path,
    pattern: new RegExp(`(?<![\\w.])${path.replace(/\/$/, "").replaceAll(".", "\\.")}/`),
  }));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return files.flatMap((file) => {
    const name = relative(folder, file);
    const problems = [];
    if (/\.test\.|tsbuildinfo$|(^|\/)(testing|fixtures)\//.test(name) && !name.startsWith("templates/")) {
      problems.push(`${name} is of use for developing only`);
    }
    const content = readFileSync(file, "latin1");
    for (const { path, pattern } of machine) {
      if (pattern.test(content)) problems.push(`${name} holds the path ${path}`);
    }
    return problems;
  });
}
