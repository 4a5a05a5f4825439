import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { anchorOf } from "./anchors.js";
import { describe as describeDeclaration, find } from "./declarations.js";
import { makeReference, readPages, REFERENCE_FOLDER } from "./reference.js";
import { parse, SourceFiles } from "./source-file.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

describe("what the reference says of a declaration", () => {
  const symbolOf = (name: string, text: string) => {
    const files = new SourceFiles("nowhere");
    const file = parse("assembly/example.ts", text);
    const place = find(files, file, name);
    if (place === null || !("declaration" in place)) throw new Error(`${name} is not declared`);
    return describeDeclaration(files, name, place, () => null);
  };

  it("is its doc comment and its signature, without the body", () => {
    const symbol = symbolOf(
      "limit",
      `const MOST = 10;
       /**
        * How many are left.
        * Never negative.
        */
       export function limit(
         name: string, // of what
         most: i32 = MOST,
       ): i32 { return most; }`,
    );
    expect(symbol).toMatchObject({
      kind: "function",
      signature: "function limit(name: string, most: i32 = 10): i32",
      doc: "How many are left.\nNever negative.",
    });
  });

  it("is null when the comment belongs to something else", () => {
    const text = "/** Of one. */\nexport function one(): void {}\n\nexport function two(): void {}";
    expect(symbolOf("one", text)?.doc).toBe("Of one.");
    expect(symbolOf("two", text)?.doc).toBeNull();
  });

  it("leaves out what is private or internal, and what overrides something internal", () => {
    const symbol = symbolOf(
      "Child",
      `abstract class Base {
         /** Calls it. @internal */
         receive(): void {}
         /** Ends it. */
         end(): void {}
         private hidden: i32;
       }
       /** A child. */
       export class Child extends Base {
         receive(): void {}
         end(): void {}
         private own: i32;
         _wake(): void {}
       }`,
    );
    expect(symbol?.members.map(({ name, doc }) => [name, doc])).toEqual([["end", "Ends it."]]);
  });

  it("lists a constructor's parameters that are fields as fields", () => {
    const symbol = symbolOf(
      "Call",
      `/** A call. */
       export class Call {
         /** Makes one. */
         constructor(
           /** Where it goes. */
           readonly cluster: string,
           private token: u32 = 0,
         ) {}
         /** How many there were. */
         get count(): u32 { return 0; }
       }`,
    );
    expect(symbol?.members.map(({ signature }) => signature)).toEqual([
      "readonly cluster: string",
      "constructor(cluster: string, token: u32 = 0)",
      "get count(): u32",
    ]);
  });

  it("numbers the members of an enum", () => {
    const symbol = symbolOf("Level", "/** A level. */\nexport enum Level { Low, High = 4, Higher }");
    expect(symbol?.members.map(({ name, value }) => [name, value])).toEqual([
      ["Low", "0"],
      ["High", "4"],
      ["Higher", "5"],
    ]);
  });
});

describe("an anchor", () => {
  it("is the one GitHub makes", () => {
    expect(anchorOf("HttpFilter.onLog")).toBe("httpfilteronlog");
    expect(anchorOf("5.5 `send_local_response`")).toBe("55-send_local_response");
  });
});

describe("the public surface", async () => {
  const pages = await readPages(repository);
  const symbols = pages.flatMap((page) => page.symbols);

  it("has a doc comment on every symbol and on every member", () => {
    const missing = symbols.flatMap(({ name, doc, path, members }) => [
      ...(doc === null ? [`${path}: ${name}`] : []),
      ...members.filter((member) => member.doc === null).map((member) => `${path}: ${name}.${member.name}`),
    ]);
    expect(missing).toEqual([]);
  });
});

describe("docs/reference", async () => {
  const made = await makeReference(repository);

  it("is what `npm run docs` writes", async () => {
    const folder = join(repository, REFERENCE_FOLDER);
    const checkedIn = await Promise.all(
      (await readdir(folder)).map(
        async (name) => [name, await readFile(join(folder, name), "utf8")] as const,
      ),
    );
    expect(new Map(checkedIn), "run `npm run docs`").toEqual(new Map([...made].toSorted()));
  });

  it("has no link that leads nowhere", async () => {
    const anchors = new Map(
      [...made].map(([name, text]) => [
        name,
        new Set([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading))),
      ]),
    );
    const dead = [...made].flatMap(([page, text]) =>
      [...text.matchAll(/\]\(([\w-]+\.md)#([\w-]+)\)/g)]
        .filter(([, target = "", anchor = ""]) => !anchors.get(target)?.has(anchor))
        .map(([link]) => `${page}: ${link}`),
    );
    expect(dead).toEqual([]);
    const guide = await readdir(join(repository, "docs", "guide"));
    const linked = [...made.values()].flatMap((text) => [...text.matchAll(/\.\.\/guide\/([\w-]+\.md)/g)]);
    for (const [, name] of linked) expect(guide).toContain(name);
  });
});
