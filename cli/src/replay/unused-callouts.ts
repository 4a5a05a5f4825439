/** Which of the recorded answers to callouts no filter asked for, summed up over all of a replay. */
import type { UnusedCallout } from "./callout-results.js";
import type { ItemResult } from "./item-result.js";
import type { SessionEnd } from "./session-run.js";

export interface UnusedCalloutTotal extends UnusedCallout {
  /** Of how many streams or connections; null: it stands for all of them. */
  readonly of: number | null;
}

export class UnusedCallouts {
  readonly #own = new Map<string, { readonly callout: UnusedCallout; count: number }>();
  /** Sessions repeat what stands: it is used when one of them has. */
  readonly #standing = new Map<string, { readonly callout: UnusedCallout; given: number }>();

  addOf(result: ItemResult): void {
    if (result.kind !== "stream" && result.kind !== "connection") return;
    for (const callout of result.unusedCallouts ?? []) {
      const key = keyOf(callout);
      const known = this.#own.get(key);
      if (known === undefined) this.#own.set(key, { callout, count: 1 });
      else known.count += 1;
    }
  }

  addStanding(standing: SessionEnd["standing"]): void {
    for (const { given, ...callout } of standing) {
      const key = keyOf(callout);
      const known = this.#standing.get(key);
      if (known === undefined) this.#standing.set(key, { callout, given });
      else known.given += given;
    }
  }

  get list(): readonly UnusedCalloutTotal[] {
    return [
      ...[...this.#standing.values()]
        .filter(({ given }) => given === 0)
        .map(({ callout }) => ({ ...callout, of: null })),
      ...[...this.#own.values()].map(({ callout, count }) => ({ ...callout, of: count })),
    ];
  }
}

function keyOf({ cluster, calls }: UnusedCallout): string {
  return JSON.stringify([cluster, calls]);
}
