import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { templateFolder } from "./templates.js";

// The program as it is published: one bundled file, run as a child process without a terminal. It stands in a folder
// like dist/, because templates and package.json are found beside that.
const program = fileURLToPath(new URL("../dist/main.test.mjs", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "create-"));
let folder: string;

beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL("main.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
  });
});
beforeEach(() => {
  folder = mkdtempSync(join(scratch, "run-"));
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
  rmSync(program);
});

function create(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], {
    cwd: folder,
    encoding: "utf8",
    input: "",
  });
  return { status, stdout, stderr };
}

const readJson = (...path: string[]) =>
  JSON.parse(readFileSync(join(folder, ...path), "utf8")) as Record<string, unknown>;

describe("a new project", () => {
  test("is the template with its name, and says what comes next", () => {
    const { status, stdout, stderr } = create("my-auth");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toBe(
      "Made my-auth in my-auth (11 files).\n\n  cd my-auth\n  npm install\n  npm test\n  npm run replay\n",
    );
    expect(readdirSync(folder)).toEqual(["my-auth"]);
    expect(readdirSync(join(folder, "my-auth")).sort()).toEqual(
      [
        ".gitignore",
        "README.md",
        "asconfig.json",
        "assembly",
        "filter.json",
        "package.json",
        "recordings",
        "test",
        "tsconfig.json",
        "vitest.config.ts",
      ].sort(),
    );
    expect(readJson("my-auth", "package.json")["name"]).toBe("my-auth");
    expect(readJson("my-auth", "filter.json")["name"]).toBe("my-auth");
    expect(readFileSync(join(folder, "my-auth", "assembly", "index.ts"), "utf8")).toBe(
      readFileSync(join(templateFolder("http"), "assembly", "index.ts"), "utf8"),
    );
  });

  test("goes into nested and existing folders, beside what git left", () => {
    mkdirSync(join(folder, "a", "b", ".git"), { recursive: true });
    expect(create("a/b").status).toBe(0);
    expect(readJson("a", "b", "package.json")["name"]).toBe("b");
    expect(create("--template=http", "c/d").status).toBe(0);
    expect(readdirSync(join(folder, "c"))).toEqual(["d"]);
  });

  test("takes the current folder", () => {
    const { status, stdout } = create(".");
    expect(status).toBe(0);
    expect(stdout).not.toContain("cd ");
    expect(readdirSync(folder)).toContain("filter.json");
  });

  test.each([
    ["Ünser Filter", "unser-filter"],
    ["@scope", "scope"],
    ["...", "my-filter"],
    ["日本", "my-filter"],
    ["-- A__b--", "a-b"],
  ])("%s is named %s", (path, name) => {
    expect(create("--", path).status).toBe(0);
    expect(readJson(path, "package.json")["name"]).toBe(name);
  });
});

describe("without a terminal, a mistake is one line, and nothing is written", () => {
  test.each([
    [[], 2, "no folder is named; say where, as in npm create as-proxy-wasm my-filter"],
    [["x", "--template", "htp"], 2, 'there is no template "htp"; did you mean http?'],
    [["x", "--template", "network"], 2, 'there is no template "network"; there is: http'],
    [["x", "--tempalte", "http"], 2, "there is no option --tempalte; did you mean --template?"],
    [["x", "--force"], 2, "there is no option --force; there are: --template, -t, --version, -v, --help, -h"],
    [["x", "-f"], 2, "there is no option -f; there are: --template, -t, --version, -v, --help, -h"],
    [["x", "y"], 2, "one folder at a time: x, y are 2"],
    [[""], 2, "the folder's name is empty; name it, as in my-filter"],
    [["x", "--template"], 2, "run npm create as-proxy-wasm -- --help for what there is"],
  ])("%j", (argv, exitCode, message) => {
    const { status, stdout, stderr } = create(...argv);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(exitCode);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder with something in it is left alone", () => {
    mkdirSync(join(folder, "full"));
    writeFileSync(join(folder, "full", "notes.txt"), "mine");
    const { status, stderr } = create("full");
    expect(stderr).toBe(
      "error: full is not empty (notes.txt); name a folder that is empty or not there yet\n",
    );
    expect(status).toBe(1);
    expect(readdirSync(join(folder, "full"))).toEqual(["notes.txt"]);
  });

  test("a file is no folder", () => {
    writeFileSync(join(folder, "file"), "");
    expect(create("file")).toMatchObject({
      status: 1,
      stderr: "error: file is a file; name a folder that is empty or not there yet\n",
    });
  });
});

test("help fits a screen, the version is the package's", () => {
  const { stdout, status } = create("--help");
  expect(status).toBe(0);
  expect(stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(25);
  expect(create("-v").stdout.trim()).toBe(
    (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string })
      .version,
  );
});

test("the template asks for the packages of this repository in their present versions", () => {
  const version = (name: string) =>
    (
      JSON.parse(readFileSync(new URL(`../../${name}/package.json`, import.meta.url), "utf8")) as {
        version: string;
      }
    ).version;
  const wanted = (
    JSON.parse(readFileSync(join(templateFolder("http"), "package.json"), "utf8")) as {
      devDependencies: Record<string, string>;
    }
  ).devDependencies;
  expect(wanted).toMatchObject({
    "as-proxy-wasm": `^${version("cli")}`,
    "as-proxy-wasm-sdk": `^${version("sdk")}`,
    "as-proxy-wasm-sim": `^${version("host-sim")}`,
  });
});
