import { Context } from "./context";
import { contexts } from "./contexts";
import { switchTo } from "./current";

/** The filter or plugin that a context belongs to, with the context made the one in effect. Null: it is gone. */
export function ownerInEffect(id: u32): Context | null {
  const slot = contexts().find(id);
  if (slot < 0 || !switchTo(id)) return null;
  return contexts().ownerAt(slot);
}
