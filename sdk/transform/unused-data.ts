import type { BinaryenModule } from "./binaryen-module.js";

/**
 * Removes constant data that nothing refers to. The compiler writes the constants of every file it has read into the module,
 * those of functions that are dropped later too: messages of assertions that can't fail, tables of a library that is not used.
 *
 * Before optimising, a constant is reached only through a number that lies inside it: in a function, in a global, or as a word of
 * another constant. So what no number points into can't be read. A number that points there by accident only keeps it.
 */
export function dropUnusedData(module: BinaryenModule): void {
  module.runPasses(["remove-unused-module-elements"]);
  const text = module.emitText();
  const memory = /^ \(memory \$(\S+) (\d+)(?: (\d+))?\)$/m.exec(text);
  const segments = segmentsOf(text);
  const live = reachable(segments, numbersOf(text));
  if (memory === null || live.length === segments.length) return;
  const unlimited = -1;
  const alreadyExported = null;
  module.setMemory(
    Number(memory[2]),
    memory[3] === undefined ? unlimited : Number(memory[3]),
    alreadyExported,
    live.map(({ start, bytes }) => ({ offset: module.i32.const(start), data: bytes, passive: false })),
    false,
    false,
    memory[1],
  );
}

/** A piece of constant data. */
interface Segment {
  readonly start: number;
  readonly bytes: Uint8Array;
}

function segmentsOf(text: string): Segment[] {
  const pattern = /^ \(data \$\S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"\)$/gm;
  return Array.from(text.matchAll(pattern), (match) => ({
    start: Number(match[1]),
    bytes: unescape(match[2] ?? ""),
  }));
}

/** The bytes of a string of WebAssembly's text format. */
function unescape(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [, escape, plain] of text.matchAll(/\\([0-9a-f]{2}|.)|([^\\])/g)) {
    if (plain !== undefined) bytes.push(plain.charCodeAt(0));
    else if (escape?.length === 2) bytes.push(Number.parseInt(escape, 16));
    else bytes.push(({ t: 9, n: 10, r: 13 } as Record<string, number>)[escape!] ?? escape!.charCodeAt(0));
  }
  return Uint8Array.from(bytes);
}

/** The numbers of all functions and globals. */
function numbersOf(text: string): number[] {
  const code = text.replaceAll(/^ \(data .*$/gm, "");
  return Array.from(code.matchAll(/\(i32\.const (-?\d+)\)/g), (match) => Number(match[1]) >>> 0);
}

function reachable(segments: readonly Segment[], roots: readonly number[]): Segment[] {
  const ordered = segments.toSorted((left, right) => left.start - right.start);
  const live = new Set<Segment>();
  const found = roots.map((address) => segmentAt(ordered, address));
  for (let segment = found.pop(); found.length > 0 || segment !== undefined; segment = found.pop()) {
    if (segment === undefined || live.has(segment)) continue;
    live.add(segment);
    const words = new DataView(segment.bytes.buffer);
    for (let at = -segment.start & 3; at + 4 <= words.byteLength; at += 4)
      found.push(segmentAt(ordered, words.getUint32(at, true)));
  }
  return ordered.filter((segment) => live.has(segment));
}

/** The segment that an address refers to. */
function segmentAt(ordered: readonly Segment[], address: number): Segment | undefined {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle]!.start <= address) low = middle + 1;
    else high = middle;
  }
  const segment = ordered[low - 1];
  if (segment === undefined || address > segment.start + segment.bytes.length) return undefined;
  return isObject(segment) && address !== segment.start + OBJECT_HEADER ? undefined : segment;
}

/** An object of AssemblyScript's: its size without the first word, three words of the runtime's, its payload's size, its payload. */
const OBJECT_HEADER = 20;

/** Whether it is an object, which is referred to by the address of its payload and by no other. */
function isObject({ start, bytes }: Segment): boolean {
  if (start % 16 !== 12 || bytes.length < OBJECT_HEADER) return false;
  const words = new DataView(bytes.buffer);
  const payload = words.getUint32(16, true);
  return words.getUint32(0, true) === bytes.length - 4 && payload <= bytes.length - OBJECT_HEADER;
}
