/** What a filter did to a list of headers: the list before it against the list behind it. */
import { type HeaderList, toText } from "as-proxy-wasm-sim";

/** As text: octets that are not UTF-8 read as `\xNN`. */
export type HeaderChange =
  | { readonly change: "added"; readonly name: string; readonly value: string }
  | { readonly change: "removed"; readonly name: string; readonly value: string }
  | { readonly change: "changed"; readonly name: string; readonly from: string; readonly to: string };

/** In the order in which the names stand, first those that were there before. */
export function headerChanges(before: HeaderList, after: HeaderList): readonly HeaderChange[] {
  if (isSameList(before, after)) return [];
  const values = new Map<string, { readonly before: string[]; readonly after: string[] }>();
  const of = (name: string) => {
    let found = values.get(name);
    if (found === undefined) values.set(name, (found = { before: [], after: [] }));
    return found;
  };
  for (const [name, value] of before) of(name).before.push(value);
  for (const [name, value] of after) of(name).after.push(value);
  const changes: HeaderChange[] = [];
  for (const [name, list] of values) {
    const isOneThatStayed =
      list.before.length === 1 && list.after.length === 1 && list.before[0] === list.after[0];
    if (!isOneThatStayed) changes.push(...changesOf(name, list.before, list.after));
  }
  return changes;
}

/** Of most messages nothing changes. */
function isSameList(before: HeaderList, after: HeaderList): boolean {
  return (
    before.length === after.length &&
    before.every(([name, value], index) => name === after[index]![0] && value === after[index]![1])
  );
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
