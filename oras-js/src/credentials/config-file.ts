import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isRecord } from "../descriptor.js";
import { OrasError } from "../errors.js";

// Grows with the number of registries; a file beyond this is no credentials file.
const maxConfigBytes = 1024 * 1024;

// Docker Hub's entry is under the address of its first API.
const dockerHubKey = "https://index.docker.io/v1/";

export type DockerConfig = Readonly<Record<string, unknown>>;

/** `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
export function defaultConfigPath(): string {
  const folder = process.env["DOCKER_CONFIG"];
  return join(folder === undefined || folder === "" ? join(homedir(), ".docker") : folder, "config.json");
}

/** The key of a registry's entry. */
export function configKey(registry: string): string {
  return registry === "docker.io" || registry === "registry-1.docker.io" ? dockerHubKey : registry;
}

/** The file as it is, all fields kept; undefined when there is none. */
export async function readConfig(path: string): Promise<DockerConfig | undefined> {
  let text: string;
  try {
    if ((await stat(path)).size > maxConfigBytes)
      throw malformedConfig(path, `is over ${maxConfigBytes} bytes`);
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof OrasError) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw malformedConfig(path, `cannot be read: ${code}`);
  }
  // Docker takes an empty file for one without entries.
  if (text.trim() === "") return {};
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text around the mistake, which may be a password.
    throw malformedConfig(path, "is not JSON");
  }
  if (!isRecord(config)) throw malformedConfig(path, "is not a JSON object");
  return config;
}

/** Replaces the file in one step, readable by its owner alone. Where a link is, the file it leads to is replaced. */
export async function writeConfig(path: string, config: DockerConfig): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const target = await realpath(path).catch(() => path);
    const temporary = `${target}.${randomUUID()}`;
    try {
      // Never readable by others, not even for a moment.
      const file = await open(temporary, "wx", 0o600);
      try {
        await file.writeFile(`${JSON.stringify(config, null, "\t")}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OrasError("ORAS_INVALID_DOCKER_CONFIG", `${path} cannot be written: ${code}`, {
      hint: "Check that you may write to its folder and that the disk is not full; it was left as it was.",
    });
  }
}

export function malformedConfig(path: string, problem: string): OrasError {
  return new OrasError("ORAS_INVALID_DOCKER_CONFIG", `${path} ${problem}`, {
    hint: "Repair it, or remove the entry and log in again.",
  });
}

export function ownString(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
