import { Headers } from "as-proxy-wasm-sdk";

/** What happens to the headers of one direction, in this order: remove, rename, set, add. */
export class HeaderRules {
  /** Names. */
  remove: string[] = [];
  /** Old name, new name, old name, … */
  rename: string[] = [];
  /** Name, value, name, … */
  set: string[] = [];
  /** Name, value, name, … */
  add: string[] = [];

  apply(headers: Headers): void {
    const remove = this.remove;
    for (let i = 0; i < remove.length; ++i) headers.remove(remove[i]);
    const rename = this.rename;
    for (let i = 0; i < rename.length; i += 2) renameHeader(headers, rename[i], rename[i + 1]);
    const set = this.set;
    for (let i = 0; i < set.length; i += 2) headers.set(set[i], set[i + 1]);
    const add = this.add;
    for (let i = 0; i < add.length; i += 2) headers.add(add[i], add[i + 1]);
  }
}

/** Moves all values of a header to another name, whatever bytes they hold. */
function renameHeader(headers: Headers, from: string, to: string): void {
  const values = headers.getAll(from);
  if (values.length == 0) return;
  headers.remove(from);
  headers.remove(to);
  for (let i = 0; i < values.length; ++i) headers.add(to, values[i]);
}
