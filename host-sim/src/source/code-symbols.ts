import type { CodeFrame } from "./code-frame.js";
import { authorsName } from "./function-name.js";
import { inlinedCallers } from "./inlined-callers.js";
import { SourceMap, type SourcePlace } from "./source-map.js";

/** Says what the frames of a guest's stack are in the author's sources. */
export class CodeSymbols {
  #map: SourceMap | null | undefined;

  constructor(
    private readonly functionNames: ReadonlyMap<number, string>,
    private readonly module: {
      /** Its text; null: there is none. */
      readonly readSourceMap: () => string | null;
      /** How many bytes its functions are further behind in what the engine has. */
      readonly shift: number;
      /** The byte offset at which a function begins. */
      readonly bodyOf: (functionIndex: number) => number;
    },
  ) {}

  /**
   * The guest's frames in a stack of the engine, innermost first. `abortedAt`: the place that the guest itself
   * named before it aborted, which no instruction of the module tells.
   */
  frames(stack: string, abortedAt: SourcePlace | null = null): CodeFrame[] {
    const frames: CodeFrame[] = [];
    let aborted = abortedAt;
    const map = this.#sourceMap;
    for (const { functionIndex, offset } of guestFrames(stack, this.module.shift)) {
      const compiled = map?.functionName(functionIndex) ?? this.functionNames.get(functionIndex) ?? null;
      const name = compiled === null ? null : authorsName(compiled);
      let place = map?.place(offset) ?? null;
      if (place === null && frames.at(-1)?.function === "abort") {
        place = aborted;
        aborted = null;
      }
      // The optimiser takes the places of some instructions: that of what is just before is left.
      const near =
        place === null && map !== null ? nearest(map, offset, this.module.bodyOf(functionIndex)) : null;
      place ??= near;
      const written = place === null ? null : (map?.functionAt(place) ?? null);
      const { file = null, line = null, column = null } = place ?? {};
      const isNear = near === null ? {} : ({ isNear: true } as const);
      frames.push({ function: written ?? name, file, line, column, ...isNear, functionIndex, offset });
      if (map === null || written === null || name === null || written === name) continue;
      // The compiler put the function that was written there into this one, and maybe others between.
      for (const caller of inlinedCallers(map, offset, this.module.bodyOf(functionIndex), written))
        frames.push({ ...caller, functionIndex, offset });
      if (frames.at(-1)?.function !== name)
        frames.push({ function: name, file: null, line: null, column: null, functionIndex, offset });
    }
    return frames;
  }

  /** Read when it is first needed: few modules trap. */
  get #sourceMap(): SourceMap | null {
    if (this.#map === undefined) {
      const text = this.module.readSourceMap();
      try {
        this.#map = text === null ? null : new SourceMap(text);
      } catch {
        // A map that is none tells nothing; the trap is what matters.
        this.#map = null;
      }
    }
    return this.#map;
  }
}

function nearest(map: SourceMap, offset: number, start: number): SourcePlace | null {
  const { value } = map.placesBefore(offset, start).next();
  return value ?? null;
}

/** V8 names guest frames `wasm-function[INDEX]:0xOFFSET`, the offset counting from the start of the module that it has. */
export function guestFrames(
  stack: string,
  shift: number,
): { readonly functionIndex: number; readonly offset: number }[] {
  return [...stack.matchAll(/wasm-function\[(\d+)\]:0x([0-9a-f]+)/g)].map(([, index, offset]) => ({
    functionIndex: Number(index),
    offset: parseInt(offset ?? "0", 16) - shift,
  }));
}
