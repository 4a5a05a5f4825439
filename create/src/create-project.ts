import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type Template, templateFolder } from "./templates.js";

export interface CreateOptions {
  readonly folder: string;
  readonly template: Template;
}

export interface CreatedProject {
  readonly name: string;
  /** Relative to where the command ran; `.` if it is that very folder. */
  readonly folder: string;
  readonly files: number;
}

/** The project cannot be made: one sentence, exit code 1, nothing written. */
export class ProjectError extends Error {
  override readonly name = "ProjectError";
  readonly code = "ERR_PROJECT";
}

/** Files that tools put into a folder before there is a project in it. */
const harmless = new Set([".git", ".DS_Store", ".idea", ".vscode"]);

/** What npm would rename or leave out of a package stands in the template under another name. */
const storedNames: Readonly<Record<string, string>> = { _gitignore: ".gitignore" };

/**
 * Copies a template and puts the project's name into the two files that carry it. Synchronous, so that Ctrl-C comes
 * before or after it and leaves no half project.
 */
export function createProject(options: CreateOptions): CreatedProject {
  const target = resolve(options.folder);
  const shown = relative(process.cwd(), target) || ".";
  requireEmpty(target, shown);
  const name = projectName(basename(target));
  const existed = isFolder(target);
  // Made complete beside its place: an error on the way leaves nothing.
  const parent = existed ? target : dirname(target);
  mkdirSync(parent, { recursive: true });
  const made = join(parent, `.${basename(target)}-${process.pid}.tmp`);
  try {
    cpSync(templateFolder(options.template), made, { recursive: true, filter: isSource });
    for (const [stored, real] of Object.entries(storedNames))
      renameSync(join(made, stored), join(made, real));
    for (const file of ["package.json", "filter.json"]) rewriteName(join(made, file), name);
    const files = countFiles(made);
    if (existed) {
      for (const entry of readdirSync(made)) renameSync(join(made, entry), join(target, entry));
    } else renameSync(made, target);
    return { name, folder: shown, files };
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** npm's rules for names, narrowed to what a filter, an image and a Kubernetes resource can all be called. */
export function projectName(folder: string): string {
  const name = folder
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "my-filter" : name;
}

function requireEmpty(target: string, shown: string): void {
  let entries: string[];
  try {
    entries = readdirSync(target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code === "ENOTDIR")
      throw new ProjectError(`${shown} is a file; name a folder that is empty or not there yet`);
    throw new ProjectError(`${shown} cannot be read (${code}); name another folder`);
  }
  const found = entries.filter((entry) => !harmless.has(entry));
  if (found.length === 0) return;
  const some = found.slice(0, 3).join(", ") + (found.length > 3 ? ", …" : "");
  throw new ProjectError(`${shown} is not empty (${some}); name a folder that is empty or not there yet`);
}

/** A template in which someone worked holds what npm and the compiler made. */
function isSource(path: string): boolean {
  return !["node_modules", "build", "package-lock.json"].includes(basename(path));
}

function rewriteName(path: string, name: string): void {
  const document = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  writeFileSync(path, `${JSON.stringify({ ...document, name }, null, 2)}\n`);
}

function countFiles(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
