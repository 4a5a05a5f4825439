import { readFileSync, statSync } from "node:fs";
import { request, startFilter, type PluginConfig } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";
import { CompileError } from "./compile-error.js";
import { compileEntry, compileFilter } from "./compile-filter.js";

let project: ScratchProject;
let source: string;
beforeAll(() => {
  project = scratchProject();
  source = readFileSync(project.path("assembly/index.ts"), "utf8");
});
afterAll(() => project.remove());

const entry = () => project.path("assembly/index.ts");
const madeAt = async () => statSync((await compileEntry(entry())).wasm).mtimeMs;

/** Whether a text of the source is in the module. */
const says = ({ vmConfig }: PluginConfig, text: string) =>
  Buffer.from(vmConfig.code).includes(Buffer.from(text, "utf16le"));

test("gives the plugin that filter.json describes", async () => {
  const plugin = await compileFilter(entry());
  expect(plugin).toMatchObject({ name: "my-filter", rootId: "hello", kind: "http" });
  const envoy = await startFilter(plugin);
  expect((await envoy.replay(request())).localReply?.statusCode).toBe(401);
  await envoy.stop();
});

test("names what it was made from, the SDK and its transform too", async () => {
  const { sources } = await compileEntry(entry());
  expect(sources).toContain(entry());
  expect(sources).toContain(project.path("asconfig.json"));
  expect(sources.some((file) => file.endsWith("/dist/transform.js"))).toBe(true);
  expect(sources.some((file) => file.endsWith("/assembly/http/headers.ts"))).toBe(true);
});

test("compiles once for each state of the sources", async () => {
  const before = await madeAt();
  expect(await madeAt()).toBe(before);

  project.write("assembly/index.ts", source.replace("no x-api-key", "no key at all"));
  expect(await madeAt()).toBeGreaterThan(before);
  expect(says(await compileFilter(entry()), "no key at all")).toBe(true);

  // A file that was looked for and not found, and now stands in the way of the one that was.
  project.write(
    "assembly/index.ts",
    `import { word } from "./word";\n${source.replace('"no x-api-key"', "word")}`,
  );
  project.write("assembly/word/index.ts", 'export const word = "from the folder";');
  const inFolder = await compileFilter(entry());
  project.write("assembly/word.ts", 'export const word = "from the file";');
  const inFile = await compileFilter(entry());
  expect(says(inFolder, "from the folder")).toBe(true);
  expect(says(inFile, "from the file")).toBe(true);
  project.write("assembly/index.ts", source);
});

test("says what does not compile and where, and compiles when it is corrected", async () => {
  project.write("assembly/index.ts", `${source}\nconst wrong: i32 = "text";\n`);
  const error = await compileFilter(entry()).catch((caught: unknown) => caught as CompileError);
  expect(error).toBeInstanceOf(CompileError);
  expect(error).toMatchObject({ code: "ERR_COMPILE", place: { file: entry(), column: 20 } });
  expect((error as CompileError).message).toContain("TS2322");
  project.write("assembly/index.ts", source);
  expect((await compileFilter(entry())).rootId).toBe("hello");
});

test("wants an entry that exists, in a project", async () => {
  await expect(compileFilter(project.path("assembly/no.ts"))).rejects.toThrow("there is no file");
  await expect(compileFilter(new URL("../main.ts", import.meta.url))).rejects.toThrow(
    "there is no filter.json",
  );
});
