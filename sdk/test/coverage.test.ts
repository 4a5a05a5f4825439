import { instantiateSync } from "@assemblyscript/loader";
import asc from "assemblyscript/asc";
import { expect, test } from "vitest";
import CoverageTransform from "../transform/coverage/index.js";
import { COUNTER, type CoverageSection, type FileMap, SECTION } from "../transform/coverage/coverage-map.js";

/** What `run()` of a program returns, and how often its parts ran. */
interface Run {
  readonly result: string;
  /** By line: the smallest count of the statements that begin there. */
  readonly lines: ReadonlyMap<number, number>;
  /** By line, of each branch that begins there. */
  readonly branches: readonly { readonly line: number; readonly type: string; readonly counts: number[] }[];
  readonly functions: Readonly<Record<string, number>>;
}

async function compile(source: string, isCounted: boolean): Promise<Uint8Array<ArrayBuffer>> {
  let wasm: Uint8Array<ArrayBuffer> | null = null;
  const { error, stderr } = await asc.main(
    ["program.ts", "-o", "program.wasm", "-O1", "--runtime", "minimal", "--exportRuntime"],
    {
      transforms: isCounted ? [CoverageTransform as never] : [],
      readFile: (name) => (name === "program.ts" ? source : null),
      writeFile: (name, contents) => {
        if (name === "program.wasm") wasm = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === null) throw new Error(stderr.toString());
  return wasm;
}

function result(wasm: Uint8Array<ArrayBuffer>) {
  const guest = instantiateSync<{ run(): number } & Record<string, WebAssembly.Global>>(wasm);
  return { result: guest.exports.__getString(guest.exports.run()), exports: guest.exports };
}

/** Runs a program with counters, after having seen that it gives the same without them. */
async function run(source: string): Promise<Run> {
  const plain = result(await compile(source, false));
  const wasm = await compile(source, true);
  const counted = result(wasm);
  expect(counted.result).toBe(plain.result);

  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(wasm), SECTION);
  const { files } = JSON.parse(Buffer.from(section!).toString()) as CoverageSection;
  expect(files.map(({ path }) => path)).toEqual(["program.ts"]);
  const file = files[0] as FileMap;
  const count = (counter: number): number => counted.exports[`${COUNTER}${counter}`]!.value as number;
  const lines = new Map<number, number>();
  for (const [id, { start }] of Object.entries(file.statementMap))
    lines.set(start.line, Math.min(lines.get(start.line) ?? Infinity, count(file.s[id]!)));
  return {
    result: counted.result,
    lines,
    branches: Object.entries(file.branchMap).map(([id, { line, type }]) => ({
      line,
      type,
      counts: file.b[id]!.map(count),
    })),
    functions: Object.fromEntries(
      Object.entries(file.fnMap).map(([id, { name }]) => [name, count(file.f[id]!)]),
    ),
  };
}

/** The counts that stand in a comment at the end of lines, as `// 2`. */
function expectedLines(source: string): Map<number, number> {
  const marked = [...source.split("\n").entries()].flatMap(([index, line]) => {
    const count = /\/\/ (\d+)$/.exec(line)?.[1];
    return count === undefined ? [] : ([[index + 1, Number(count)]] as const);
  });
  return new Map(marked);
}

test("statements are counted where they stand", async () => {
  const source = `
    const LIMIT = 3;
    let started = twice(1); // 1
    function twice(n: i32): i32 {
      return n * 2; // 2
    }
    function never(): void {
      started = 7; // 0
    }
    export function run(): string {
      let sum = started; // 1
      for (let i = 0; i < 5; i++) { // 1
        if (i == 1) continue; // 1
        if (i == LIMIT) // 3
          break; // 1
        sum += i; // 2
      }
      while (sum > 0) sum--; // 1
      do {
        sum++; // 3
      } while (sum < 3);
      switch (sum) { // 1
        case 1:
        case 2:
          never(); // 0
        case 3: {
          sum = twice(sum); // 1
        }
        default:
          sum++; // 1
      }
      if (sum < 0) never(); // 0
      return sum.toString(); // 1
    }`;
  const { lines, result } = await run(source);
  expect(result).toBe("7");
  const expected = expectedLines(source);
  expect(Object.fromEntries([...expected].map(([line]) => [line, lines.get(line)]))).toEqual(
    Object.fromEntries(expected),
  );
});

test("branches are counted by the way that was taken", async () => {
  const { branches } = await run(`
    function sign(n: i32): string {
      if (n < 0) return "-";
      return n > 0 ? "+" : "";
    }
    function name(n: i32): string {
      switch (n) {
        case 0: return "zero";
        case 1: return "one";
        default: return "many";
      }
    }
    function fits(a: i32, b: i32, c: i32): bool {
      return a > 0 && (b > 0 || c > 0);
    }
    export function run(): string {
      let text = "";
      for (let i = 0; i < 3; i++) text += sign(i) + name(i);
      if (fits(1, 0, 1) && fits(0, 0, 0)) text += "!";
      else text += "?";
      return text;
    }`);
  expect(branches.map(({ type, counts }) => [type, ...counts])).toEqual([
    ["if", 0, 3],
    ["cond-expr", 2, 1],
    ["switch", 1, 1, 1],
    ["binary-expr", 2, 1, 1],
    ["binary-expr", 1, 1],
    ["if", 0, 1],
  ]);
});

test("methods, accessors, constructors and function expressions are named and counted", async () => {
  const { functions } = await run(`
    class Shape {
      constructor(public size: i32) {}
      get area(): i32 { return this.size * this.size; }
      static unit(): Shape { return new Shape(1); }
      idle(): void {}
    }
    class Square extends Shape {
      constructor(size: i32) { super(size); }
      override get area(): i32 { return super.area; }
    }
    namespace Maths { export function half(n: i32): i32 { return n / 2; } }
    export function run(): string {
      const double = (n: i32): i32 => n * 2;
      const shapes: Shape[] = [Shape.unit(), new Square(2)];
      return shapes.map<i32>((shape) => double(shape.area)).join() + Maths.half(4).toString();
    }`);
  expect(functions).toEqual({
    "Shape.constructor": 2,
    "Shape.area": 2,
    "Shape.unit": 1,
    "Shape.idle": 0,
    "Square.constructor": 1,
    "Square.area": 1,
    "Maths.half": 1,
    run: 1,
    double: 2,
    "(anonymous)": 2,
  });
});

test("what the compiler knows about null it still knows", async () => {
  const { result, branches } = await run(`
    class Item { constructor(public value: i32, public next: Item | null = null) {} }
    function both(a: Item | null, b: Item | null): i32 {
      if (a !== null && b !== null && a.value > 0) return a.value + b.value;
      if (a === null || !b) return -1;
      return a.value - b.value;
    }
    function truthy(a: Item | null, b: Item | null): i32 {
      if (a && b) return a.value + b.value;
      if (!a) return -2;
      return a.value;
    }
    function filled(a: Item | null): i32 {
      if (!a) a = new Item(7);
      return a.value;
    }
    function assigned(list: Item | null): i32 {
      let first: Item | null;
      return (first = list) !== null && first.next !== null ? first.value : -3;
    }
    function has(list: Item | null, value: i32): bool {
      let at = list;
      while (at !== null && at.value != value) at = at.next;
      return at !== null && at.value == value;
    }
    function same(a: Item | null, b: Item | null): bool {
      return a !== null && b !== null && a.value == b.value;
    }
    function or(text: string | null, other: string): string { return text || other; }
    function first(list: Item | null): i32 {
      for (let i = 0; i < 2; i++) {
        if (list === null) break;
        return list.value;
      }
      return -4;
    }
    export function run(): string {
      const list = new Item(1, new Item(2));
      return [both(list, list.next), both(null, list), truthy(list, null), truthy(null, null), filled(null),
        assigned(list), first(list), first(null)].join() +
        [has(list, 2), has(list, 3), same(list, list), same(list, null)].join() + or(null, "other") + or("text", "");
    }`);
  expect(result).toBe("3,-1,1,-2,7,1,1,-4true,false,true,falseothertext");
  const chains = branches.filter(({ type }) => type === "binary-expr").map(({ counts }) => counts);
  expect(chains).toEqual([
    [2, 1, 1],
    [1, 0],
    [2, 1],
    [1, 1],
    [5, 4],
    [2, 1],
    [2, 2, 1],
    [2, 1],
  ]);
});

test("what is decided while compiling stays so: code that would not be valid is still not compiled", async () => {
  const { result } = await run(`
    function describe<T>(value: T): string {
      if (isInteger<T>() && sizeof<T>() > 4) return "long " + value.toString();
      if (isString<T>() || isReference<T>()) return "reference";
      return "number";
    }
    function target(): string {
      if (ASC_TARGET == 0 && isDefined(nothing)) return nothing();
      return "wasm";
    }
    export function run(): string {
      return [describe<i64>(5), describe<string>("s"), describe<f32>(1), target()].join();
    }`);
  expect(result).toBe("long 5,reference,number,wasm");
});
