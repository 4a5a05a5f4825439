import * as metric from "../abi/metric";
import * as result from "../abi/result";
import { MetricType, Status } from "../abi/status";
import { succeeded } from "../context/failure";
import { labelValue, overflow, seriesName } from "./series-name";

/** Instead of an id: the host was not asked for one yet. */
const UNDEFINED: u32 = 0xffffffff;
/** Instead of an id: the host refused. It is not asked again with every request. */
const REFUSED: u32 = 0xfffffffe;

/** How many series a metric has at most, unless it says otherwise. */
const MOST_SERIES: i32 = 500;

/**
 * A statistic of the whole process: all VMs and threads that define the same name count together. Envoy shows
 * it as `wasmcustom.NAME`, and on its Prometheus page as `NAME` (abi.md 7.6).
 *
 * It is defined in the host at its first use, so it may be created anywhere, a module's top level included;
 * call `define` in `onConfigure` to have it listed before anything happened. What a host refuses changes
 * nothing and reads as 0.
 *
 * **Labels.** `requests.with("route", "a").with("code", "200")` is a series: a metric of its own, called
 * `requests;route=a;code=200`. It is made once and then found by its values, so a request that asks for it
 * allocates nothing. Take the labels always in the same order: another order is another name. Values may come
 * from clients: what a name cannot carry becomes `_`, they are cut at 64 characters, and an empty one is `-`.
 *
 * Envoy turns these names into labels when its bootstrap has the tags that `statsTags` writes.
 *
 * **Bounded.** A host never gives back the memory of a series. A metric makes at most `mostSeries` of them in
 * a VM, those in the middle of a chain included; from then on a new value counts as `overflow`.
 */
export abstract class Metric {
  private id: u32 = UNDEFINED;
  /** What this series has more than the metric it was made from. */
  private label: string = "";
  private labelValue: string = "";
  /** The series made from this metric, those in use in front. */
  private series: Metric[] | null = null;
  /** The metric at the start of the chain, which counts the series of all. Null: this is it. */
  private family: Metric | null = null;
  private seriesCount: i32 = 0;
  /** The value under which the series is made that was not found. */
  private newValue: string = "";

  protected constructor(
    private readonly type: u32,
    /** The flat name in the host, labels included: `requests;route=a`. */
    readonly name: string,
    private readonly mostSeries: i32,
  ) {}

  /** Makes the metric known to the host. False: the host refused. Harmless when it is known already. */
  define(): bool {
    if (this.id >= REFUSED) {
      const defined = succeeded(metric.define(this.type, this.name));
      this.id = defined ? result.number() : REFUSED;
    }
    return this.id != REFUSED;
  }

  /** Whether the host knows the metric, defining it at the first use; then `metricId` is the host's id. */
  protected usable(): bool {
    return this.id == UNDEFINED ? this.define() : this.id != REFUSED;
  }

  protected get metricId(): u32 {
    return this.id;
  }

  /**
   * The series with a label more, if it exists. If not: `newSeriesName` is its name, `addSeries` keeps it.
   */
  protected findSeries(label: string, value: string): Metric | null {
    const clean = labelValue(value);
    const found = this.lookup(label, clean);
    if (found !== null) return found;
    const family = this.family;
    const root = family === null ? this : family;
    const full = root.seriesCount >= root.mostSeries;
    this.newValue = full ? overflow() : clean;
    return full ? this.lookup(label, this.newValue) : null;
  }

  /** Keeps the series that was made. */
  protected addSeries(label: string, made: Metric): void {
    const family = this.family;
    const root = family === null ? this : family;
    ++root.seriesCount;
    made.family = root;
    made.label = label;
    made.labelValue = this.newValue;
    const series = this.series;
    if (series === null) this.series = [made];
    else series.push(made);
  }

  /** The name of the series that `findSeries` did not find. */
  protected newSeriesName(label: string): string {
    return seriesName(this.name, label, this.newValue);
  }

  private lookup(label: string, value: string): Metric | null {
    const series = this.series;
    if (series === null) return null;
    for (let i = 0; i < series.length; ++i) {
      const found = series[i];
      if (found.labelValue != value || found.label != label) continue;
      // One place forward at each use: what is used most is soon found first.
      if (i > 0) {
        series[i] = series[i - 1];
        series[i - 1] = found;
      }
      return found;
    }
    return null;
  }
}

/** A number that only grows. */
export class Counter extends Metric {
  /** `mostSeries`: how many series `with` makes before it counts under `overflow`. */
  constructor(name: string, mostSeries: i32 = MOST_SERIES) {
    super(MetricType.Counter, name, mostSeries);
  }

  /** Adds `by`. Zero, which the host refuses for counters, changes nothing. */
  increment(by: u64 = 1): void {
    if (by != 0 && this.usable()) succeeded(metric.increment(this.metricId, by));
  }

  /** Its value now, of the whole process; 0 when the host does not know it. */
  get value(): u64 {
    return this.usable() && succeeded(metric.get(this.metricId)) ? result.longNumber() : 0;
  }

  /** The series of this counter that has one label more; see `Metric`. */
  with(label: string, value: string): Counter {
    const found = this.findSeries(label, value);
    if (found !== null) return found as Counter;
    const made = new Counter(this.newSeriesName(label));
    this.addSeries(label, made);
    return made;
  }
}

/** A number that goes up and down. Envoy shows a negative one as an unsigned number of 64 bits. */
export class Gauge extends Metric {
  /** `mostSeries`: how many series `with` makes before it counts under `overflow`. */
  constructor(name: string, mostSeries: i32 = MOST_SERIES) {
    super(MetricType.Gauge, name, mostSeries);
  }

  /** Adds `by`, which may be negative. */
  increment(by: i64 = 1): void {
    if (this.usable()) succeeded(metric.increment(this.metricId, by));
  }

  /** Subtracts `by`. */
  decrement(by: i64 = 1): void {
    this.increment(-by);
  }

  /** Sets the value. The VMs of all threads set the same number: the last one wins. */
  set(value: i64): void {
    if (this.usable()) succeeded(metric.record(this.metricId, value));
  }

  /** Its value now, of the whole process; 0 when the host does not know it. */
  get value(): i64 {
    return this.usable() && succeeded(metric.get(this.metricId)) ? <i64>result.longNumber() : 0;
  }

  /** The series of this gauge that has one label more; see `Metric`. */
  with(label: string, value: string): Gauge {
    const found = this.findSeries(label, value);
    if (found !== null) return found as Gauge;
    const made = new Gauge(this.newSeriesName(label));
    this.addSeries(label, made);
    return made;
  }
}

/** How values are distributed: durations, sizes. The host keeps quantiles; a filter cannot read them. */
export class Histogram extends Metric {
  /** `mostSeries`: how many series `with` makes before it counts under `overflow`. */
  constructor(name: string, mostSeries: i32 = MOST_SERIES) {
    super(MetricType.Histogram, name, mostSeries);
  }

  /** Adds a value to the distribution. It has no unit: say it in the name, `duration_ms`. */
  record(value: u64): void {
    if (this.usable()) succeeded(metric.record(this.metricId, value));
  }

  /** The series of this histogram that has one label more; see `Metric`. */
  with(label: string, value: string): Histogram {
    const found = this.findSeries(label, value);
    if (found !== null) return found as Histogram;
    const made = new Histogram(this.newSeriesName(label));
    this.addSeries(label, made);
    return made;
  }
}
