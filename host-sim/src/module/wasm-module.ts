import { WasmFormatError, WasmReader } from "./wasm-reader.js";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | "funcref" | "externref" | "unknown";

/** A function type. */
export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export type ExternKind = "function" | "table" | "memory" | "global" | "tag";

export interface ModuleImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
  /** Null for what is not a function. */
  readonly signature: Signature | null;
  /** Of an imported memory or table: its size, else null. */
  readonly limits: Limits | null;
}

export interface ModuleExport {
  readonly name: string;
  readonly kind: ExternKind;
  /** Null for what is not a function. */
  readonly signature: Signature | null;
}

export interface Limits {
  readonly minimum: number;
  readonly maximum: number | null;
}

/** What made a module, by the `producers` section of the tool conventions: `sdk`, `language` or `processed-by`, a name, a version. */
export interface ModuleProducer {
  readonly field: string;
  readonly name: string;
  readonly version: string;
}

/** What a module says about itself, read from its sections without compiling it. */
export interface WasmModule {
  readonly imports: readonly ModuleImport[];
  /** In the order of the export section; ABI detection depends on it (abi.md 1). */
  readonly exports: readonly ModuleExport[];
  /** In pages; null: it has none. */
  readonly memory: Limits | null;
  /** Names of functions by index, from the `name` section; empty in a release build without names. */
  readonly functionNames: ReadonlyMap<number, string>;
  readonly hasNameSection: boolean;
  /** Empty without a `producers` section. */
  readonly producers: readonly ModuleProducer[];
}

/** `i32 i32 -> i32`, with `void` for nothing, as Envoy prints signatures. */
export function formatSignature(signature: Signature): string {
  const list = (types: readonly ValueType[]) => (types.length === 0 ? "void" : types.join(" "));
  return `${list(signature.params)} -> ${list(signature.results)}`;
}

export function sameSignature(a: Signature, b: Signature): boolean {
  return formatSignature(a) === formatSignature(b);
}

/** The magic number and room for the version, which Envoy's own reader does not look at. */
export function hasWasmHeader(bytes: Uint8Array): boolean {
  const magic = [0x00, 0x61, 0x73, 0x6d];
  return bytes.length >= 8 && magic.every((byte, index) => bytes[index] === byte);
}

/** Reads the sections; throws WasmFormatError. Function bodies are skipped: the engine validates them. */
export function readWasmModule(bytes: Uint8Array): WasmModule {
  if (!hasWasmHeader(bytes)) throw new WasmFormatError("no wasm header", 0);
  const reader = new WasmReader(bytes, 8);
  const sections = new ModuleSections();
  while (!reader.done) {
    const id = reader.byte();
    sections.read(id, reader.slice(reader.u32()));
  }
  return sections.finish();
}

const valueTypes = new Map<number, ValueType>([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
  [0x70, "funcref"],
  [0x6f, "externref"],
]);

const externKinds: readonly ExternKind[] = ["function", "table", "memory", "global", "tag"];

const sectionIds = { custom: 0, type: 1, import: 2, function: 3, memory: 5, export: 7 } as const;

/** A module of a few megabytes cannot hold more; hostile counts end here instead of in memory. */
const maximumEntries = 1_000_000;

class ModuleSections {
  readonly #types: (Signature | null)[] = [];
  /** The type of every function, imported ones first. */
  readonly #functionTypes: number[] = [];
  readonly #imports: ModuleImport[] = [];
  readonly #exports: { name: string; kind: ExternKind; index: number }[] = [];
  readonly #functionNames = new Map<number, string>();
  #memory: Limits | null = null;
  #hasNameSection = false;
  readonly #producers: ModuleProducer[] = [];

  read(id: number, section: WasmReader): void {
    switch (id) {
      case sectionIds.custom:
        return this.#readCustom(section);
      case sectionIds.type:
        return this.#eachEntry(section, () => this.#types.push(readFunctionType(section)));
      case sectionIds.import:
        return this.#eachEntry(section, () => this.#imports.push(this.#readImport(section)));
      case sectionIds.function:
        return this.#eachEntry(section, () => this.#functionTypes.push(section.u32()));
      case sectionIds.memory:
        return this.#eachEntry(section, () => (this.#memory ??= readLimits(section)));
      case sectionIds.export:
        return this.#eachEntry(section, () => {
          const name = section.name();
          this.#exports.push({ name, kind: externKind(section), index: section.u32() });
        });
      default:
        return;
    }
  }

  finish(): WasmModule {
    return {
      imports: this.#imports,
      exports: this.#exports.map(({ name, kind, index }) => ({
        name,
        kind,
        signature: kind === "function" ? this.#signatureOfType(this.#functionTypes[index]) : null,
      })),
      memory: this.#memory,
      functionNames: this.#functionNames,
      hasNameSection: this.#hasNameSection,
      producers: this.#producers,
    };
  }

  #signatureOfType(index: number | undefined): Signature | null {
    return index === undefined ? null : (this.#types[index] ?? null);
  }

  #eachEntry(section: WasmReader, read: () => void): void {
    const count = section.u32();
    if (count > maximumEntries) throw new WasmFormatError("too many entries", section.offset);
    for (let index = 0; index < count; index++) read();
  }

  #readImport(section: WasmReader): ModuleImport {
    const module = section.name();
    const name = section.name();
    const kind = externKind(section);
    switch (kind) {
      case "function": {
        const type = section.u32();
        this.#functionTypes.push(type);
        return { module, name, kind, signature: this.#signatureOfType(type), limits: null };
      }
      case "table":
        section.byte();
        return { module, name, kind, signature: null, limits: readLimits(section) };
      case "memory":
        this.#memory = readLimits(section);
        return { module, name, kind, signature: null, limits: this.#memory };
      case "global":
      case "tag":
        section.byte();
        section.byte();
        return { module, name, kind, signature: null, limits: null };
    }
  }

  /** Custom sections cannot make a module invalid; a broken one only costs what it would have said. */
  #readCustom(section: WasmReader): void {
    const name = section.name();
    if (name === "name") this.#hasNameSection = true;
    try {
      if (name === "name") this.#readNames(section);
      if (name === "producers") this.#readProducers(section);
    } catch (error) {
      if (!(error instanceof WasmFormatError)) throw error;
      if (name === "name") this.#functionNames.clear();
      else this.#producers.length = 0;
    }
  }

  #readNames(section: WasmReader): void {
    while (!section.done) {
      const id = section.byte();
      const subsection = section.slice(section.u32());
      const functionNames = 1;
      if (id !== functionNames) continue;
      this.#eachEntry(subsection, () => this.#functionNames.set(subsection.u32(), subsection.name()));
    }
  }

  #readProducers(section: WasmReader): void {
    this.#eachEntry(section, () => {
      const field = section.name();
      this.#eachEntry(section, () => {
        this.#producers.push({ field, name: section.name(), version: section.name() });
      });
    });
  }
}

function readFunctionType(section: WasmReader): Signature | null {
  const functionForm = 0x60;
  if (section.byte() !== functionForm) throw new WasmFormatError("not a function type", section.offset);
  const types = () => {
    const list: ValueType[] = [];
    const count = section.u32();
    if (count > 1000) throw new WasmFormatError("too many parameters", section.offset);
    for (let index = 0; index < count; index++) list.push(valueTypes.get(section.byte()) ?? "unknown");
    return list;
  };
  return { params: types(), results: types() };
}

function readLimits(section: WasmReader): Limits {
  const hasMaximum = (section.byte() & 1) === 1;
  const minimum = section.u32();
  return { minimum, maximum: hasMaximum ? section.u32() : null };
}

function externKind(section: WasmReader): ExternKind {
  const kind = externKinds[section.byte()];
  if (kind === undefined) throw new WasmFormatError("unknown kind", section.offset);
  return kind;
}
