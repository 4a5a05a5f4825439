import { Envoy } from "../envoy/envoy.js";
import type { EnvoyOptions } from "../envoy/envoy-options.js";
import type { Exchange } from "../http/exchange.js";
import type { RecordedStream } from "../recording/recorded-stream.js";

/** Runs streams, each in an Envoy of its own: what a filter keeps from one stream to the next changes no outcome. */
export class Laboratory {
  #runs = 0;

  constructor(readonly options: EnvoyOptions) {}

  /** How many streams were run. */
  get runs(): number {
    return this.#runs;
  }

  async run(stream: RecordedStream): Promise<Exchange> {
    this.#runs++;
    const envoy = await Envoy.start(this.options);
    const exchange = await envoy.replay(stream);
    envoy.stop();
    return exchange;
  }
}
