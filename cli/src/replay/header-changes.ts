/** What a filter did to a list of headers: the list before it against the list behind it. */
import { type HeaderList, toText } from "as-proxy-wasm-sim";

/** As text: octets that are not UTF-8 read as `\xNN`. */
export type HeaderChange =
  | { readonly change: "added"; readonly name: string; readonly value: string }
  | { readonly change: "removed"; readonly name: string; readonly value: string }
  | { readonly change: "changed"; readonly name: string; readonly from: string; readonly to: string };

/** In the order in which the names stand, first those that were there before. */
export function headerChanges(before: HeaderList, after: HeaderList): readonly HeaderChange[] {
  const names = new Set([...before, ...after].map(([name]) => name));
  return [...names].flatMap((name) => changesOf(name, valuesOf(before, name), valuesOf(after, name)));
}

/** Values that stayed cancel out; one that went and one that came are one change. */
function changesOf(
  bytes: string,
  before: readonly string[],
  after: readonly string[],
): readonly HeaderChange[] {
  const name = toText(bytes);
  const removed = without(before, after).map(toText);
  const added = without(after, before).map(toText);
  if (removed.length === 1 && added.length === 1) {
    return [{ change: "changed", name, from: removed[0]!, to: added[0]! }];
  }
  return [
    ...removed.map((value) => ({ change: "removed", name, value }) as const),
    ...added.map((value) => ({ change: "added", name, value }) as const),
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
