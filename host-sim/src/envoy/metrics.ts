import { MetricType, Status } from "../abi/enums.js";
import { answer, refuse, type Answer } from "../abi/host-context.js";
import type { ByteString } from "../byte-string.js";

/** One stat as Envoy's admin page shows it. */
export interface Metric {
  /** With Envoy's prefix: `wasmcustom.accepted_total`; Envoy's own about plugins begin with `wasm.`. */
  readonly name: ByteString;
  readonly type: "counter" | "gauge" | "histogram";
  /** Of counters and gauges; a gauge below zero shows as an unsigned 64-bit number (abi.md 7.6). */
  readonly value: bigint;
  /** Of histograms: what was recorded, in order. */
  readonly samples: readonly bigint[];
}

interface Stat {
  readonly name: ByteString;
  readonly type: MetricType;
  value: bigint;
  readonly samples: bigint[];
}

/** The stats of a process: all VMs and threads add up. */
export class StatStore {
  readonly #stats = new Map<string, Stat>();
  readonly #envoyCounters = new Map<string, bigint>();

  stat(type: MetricType, definedName: ByteString): Stat {
    // Envoy's symbol table keeps no trailing dots.
    const name = definedName.replace(/\.+$/, "");
    const key = `${type}:${name}`;
    let stat = this.#stats.get(key);
    if (stat === undefined) this.#stats.set(key, (stat = { name, type, value: 0n, samples: [] }));
    return stat;
  }

  /** One more in a counter of Envoy's own, `wasm.NAME.vm_reload_success` and the like. */
  count(name: string): void {
    this.#envoyCounters.set(name, (this.#envoyCounters.get(name) ?? 0n) + 1n);
  }

  get metrics(): readonly Metric[] {
    const counters = [...this.#envoyCounters].map(
      ([name, value]) => ({ name, type: "counter", value, samples: [] }) as const,
    );
    const names = ["counter", "gauge", "histogram"] as const;
    const defined = [...this.#stats.values()].map(({ name, type, value, samples }) => ({
      name: `wasmcustom.${name}`,
      type: names[type],
      value: BigInt.asUintN(64, value),
      samples: [...samples],
    }));
    return [...defined, ...counters];
  }
}

/** The ids of one VM: the kind stands in the low two bits, and defining a name again gives a new id. */
export class MetricIds {
  readonly #stats = new Map<number, Stat>();
  readonly #next: Record<MetricType, number> = {
    [MetricType.Counter]: 4,
    [MetricType.Gauge]: 5,
    [MetricType.Histogram]: 6,
  };

  constructor(private readonly store: StatStore) {}

  define(type: MetricType, name: ByteString): number {
    const id = this.#next[type];
    this.#next[type] += 4;
    this.#stats.set(id, this.store.stat(type, name));
    return id;
  }

  increment(id: number, offset: bigint): Status {
    const kind = id & 3;
    if (kind !== MetricType.Counter && kind !== MetricType.Gauge) return Status.BadArgument;
    const stat = this.#stats.get(id);
    if (stat === undefined) return Status.NotFound;
    if (kind === MetricType.Counter && offset <= 0n) return Status.BadArgument;
    stat.value += offset;
    return Status.Ok;
  }

  record(id: number, value: bigint): Status {
    const stat = this.#stats.get(id);
    if (stat === undefined) return Status.NotFound;
    switch (stat.type) {
      case MetricType.Counter:
        stat.value += BigInt.asUintN(64, value);
        return Status.Ok;
      case MetricType.Gauge:
        stat.value = value;
        return Status.Ok;
      case MetricType.Histogram:
        stat.samples.push(BigInt.asUintN(64, value));
        return Status.Ok;
    }
  }

  get(id: number): Answer<bigint> {
    const kind = id & 3;
    if (kind !== MetricType.Counter && kind !== MetricType.Gauge) return refuse(Status.BadArgument);
    const stat = this.#stats.get(id);
    return stat === undefined ? refuse(Status.NotFound) : answer(stat.value);
  }
}
