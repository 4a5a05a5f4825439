import {
  proxy_define_metric,
  proxy_get_metric,
  proxy_increment_metric,
  proxy_record_metric,
} from "../abi/env";
import * as result from "../abi/result";
import { MetricType, Status } from "../abi/status";
import { encode, encodedSize } from "../abi/text";

/**
 * A statistic of the whole process: all VMs and threads that define the same name count together. Envoy shows it as
 * `wasmcustom.NAME`.
 *
 * It is defined in the host at its first use, so it may be created anywhere, a module's top level included; call
 * `define` in `onConfigure` to have it listed before anything happened.
 */
abstract class Metric {
  private id: u32 = 0;

  protected constructor(
    private type: u32,
    readonly name: string,
  ) {}

  /** Makes the metric known to the host. False: the host refused. Harmless when it is known already. */
  define(): bool {
    return this.metricId() != 0;
  }

  /** Its value now; 0 when the host does not know it. */
  get value(): u64 {
    const id = this.metricId();
    return id != 0 && proxy_get_metric(id, result.word) == Status.Ok ? result.longNumber() : 0;
  }

  /** The host's id; 0, which no metric has, when the host refused. */
  protected metricId(): u32 {
    if (this.id == 0) {
      const name = encode(this.name);
      if (proxy_define_metric(this.type, name, encodedSize, result.word) == Status.Ok)
        this.id = result.number();
    }
    return this.id;
  }
}

/** A number that only grows. */
export class Counter extends Metric {
  constructor(name: string) {
    super(MetricType.Counter, name);
  }

  /** Adds `by`. Zero, which the host refuses for counters, changes nothing. */
  increment(by: u64 = 1): void {
    const id = this.metricId();
    if (id != 0 && by != 0) proxy_increment_metric(id, by);
  }
}

/** A number that goes up and down. */
export class Gauge extends Metric {
  constructor(name: string) {
    super(MetricType.Gauge, name);
  }

  /** Adds `by`, which may be negative. */
  increment(by: i64 = 1): void {
    const id = this.metricId();
    if (id != 0) proxy_increment_metric(id, by);
  }

  /** Sets the value. */
  set(value: i64): void {
    const id = this.metricId();
    if (id != 0) proxy_record_metric(id, value);
  }
}
