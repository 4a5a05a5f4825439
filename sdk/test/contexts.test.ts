import { expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

it("finds exactly the contexts that live, whatever their ids and order", async () => {
  const guest = await instantiate(`
    import { Context } from "as-proxy-wasm-sdk/assembly/context/context";
    import { contexts } from "as-proxy-wasm-sdk/assembly/context/contexts";
    class Some extends Context {}
    const some = new Some();
    export function add(id: u32): void { contexts().add(id, some, id); }
    export function remove(id: u32): void { contexts().remove(id); }
    export function has(id: u32): bool {
      const slot = contexts().find(id);
      return slot >= 0 && contexts().stateAt(slot) == id;
    }
  `);
  const random = seededRandom("contexts");
  const live = new Set<number>();
  let next = 1;
  for (let round = 0; round < 20_000; round++) {
    if (live.size === 0 || random(100) < (round < 10_000 ? 55 : 45)) {
      live.add(next);
      guest["add"]!(next);
      next += 1 + random(3);
    } else {
      const id = [...live][random(Math.min(live.size, 50))]!;
      live.delete(id);
      guest["remove"]!(id);
    }
    const probe = 1 + random(next);
    expect(Boolean(guest["has"]!(probe)), `id ${probe}`).toBe(live.has(probe));
  }
  for (const id of live) expect(guest["has"]!(id)).toBe(1);
});
