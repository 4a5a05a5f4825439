/** Istiod's own admission validation, built from its source. */
import { execFile, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { repository } from "../lab/index.js";

export type IstioValidation = (resource: object) => Promise<readonly string[]>;

/** What every EnvoyFilter is told. */
const always = "EnvoyFilter exposes internal implementation details";

/** Builds it (minutes from empty caches); the function rejects with the reason for a resource that istiod refuses, else gives its warnings. */
export async function buildIstioValidation(): Promise<IstioValidation> {
  const programs = join(repository, ".cache", "go-bin");
  await mkdir(programs, { recursive: true });
  await promisify(execFile)("nice", ["go", "install", "-buildvcs=false", "-ldflags=-s -w", "."], {
    cwd: join(repository, "test", "surfaces", "istiovalidate"),
    env: { ...process.env, GOBIN: programs },
  });
  return async (resource) => {
    const warnings = JSON.parse(await run(join(programs, "istiovalidate"), stringify(resource))) as string[];
    return warnings.filter(
      (warning) => !(warning.startsWith(always) && !warning.includes("errors occurred")),
    );
  };
}

function run(program: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, { stdio: ["pipe", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve(output) : reject(new Error(errors.trim()))));
    child.stdin.end(input);
  });
}
