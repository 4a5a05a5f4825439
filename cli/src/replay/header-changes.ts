/** What a filter did to a list of headers: the list before it against the list behind it. */
import type { HeaderList } from "as-proxy-wasm-sim";

export type HeaderChange =
  | { readonly kind: "added"; readonly name: string; readonly value: string }
  | { readonly kind: "removed"; readonly name: string; readonly value: string }
  | { readonly kind: "changed"; readonly name: string; readonly from: string; readonly to: string };

/** Byte strings in, byte strings out; in the order in which the names stand, first those that were there before. */
export function headerChanges(before: HeaderList, after: HeaderList): readonly HeaderChange[] {
  const names = new Set([...before, ...after].map(([name]) => name));
  return [...names].flatMap((name) => changesOf(name, valuesOf(before, name), valuesOf(after, name)));
}

/** Values that stayed cancel out; one that went and one that came are one change. */
function changesOf(
  name: string,
  before: readonly string[],
  after: readonly string[],
): readonly HeaderChange[] {
  const removed = without(before, after);
  const added = without(after, before);
  if (removed.length === 1 && added.length === 1) {
    return [{ kind: "changed", name, from: removed[0]!, to: added[0]! }];
  }
  return [
    ...removed.map((value) => ({ kind: "removed", name, value }) as const),
    ...added.map((value) => ({ kind: "added", name, value }) as const),
  ];
}

function valuesOf(headers: HeaderList, name: string): readonly string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

/** The difference of two multisets. */
function without(values: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1);
  return values.filter((value) => {
    const count = counts.get(value) ?? 0;
    if (count > 0) counts.set(value, count - 1);
    return count === 0;
  });
}
