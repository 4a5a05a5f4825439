/** What a project's package.json says that is worth carrying along; a filter needs none to be packaged. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface PackageJson {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  /** As SPDX writes it. */
  readonly license: string | undefined;
  readonly author: string | undefined;
  /** Where people read about it, and where its source is: http(s) addresses without credentials. */
  readonly homepage: string | undefined;
  readonly repository: string | undefined;
}

export async function readPackageJson(folder: string): Promise<PackageJson> {
  const written = await readObject(join(folder, "package.json"));
  const { name, version, description, license, author, homepage, repository } = written;
  return {
    name: text(name),
    version: text(version),
    description: text(description),
    license: text(license) ?? text(field(license, "type")),
    author: text(author) ?? text(field(author, "name")),
    homepage: webAddress(text(homepage)),
    repository: repositoryAddress(text(repository) ?? text(field(repository, "url"))),
  };
}

/** The version of a package as the project finds it; undefined when it finds none. */
export async function installedVersion(folder: string, name: string): Promise<string | undefined> {
  let path: string;
  try {
    path = createRequire(join(folder, "package.json")).resolve(`${name}/package.json`);
  } catch {
    return undefined; // A module that something else has built.
  }
  return text((await readObject(path))["version"]);
}

async function readObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // It is not there; or npm says what is wrong with it, better than we could.
  }
}

/** npm's forms of a repository: an address with git's scheme before it, or `github:OWNER/NAME` and the like. */
function repositoryAddress(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const hosted = /^(?:(github|gitlab|bitbucket):)?([\w.-]+\/[\w.-]+)$/.exec(written);
  if (hosted !== null) {
    const host = { github: "github.com", gitlab: "gitlab.com", bitbucket: "bitbucket.org" }[
      hosted[1] ?? "github"
    ];
    return `https://${host}/${hosted[2]}`;
  }
  return webAddress(
    written
      .replace(/^git\+/, "")
      .replace(/^git:\/\//, "https://")
      .replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, "https://$1/")
      .replace(/\.git$/, ""),
  );
}

/** Credentials in an address are nobody's business. */
function webAddress(written: string | undefined): string | undefined {
  if (written === undefined || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  url.username = "";
  url.password = "";
  return url.href;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
