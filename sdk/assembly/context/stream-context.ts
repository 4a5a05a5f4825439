import { Context } from "./context";
import { pluginOf } from "./current";

/** One exchange or connection passing a filter. */
export abstract class StreamContext extends Context {
  /** It goes away: after `onLog` for HTTP, before it for TCP. */
  onDone(): void {}

  /**
   * The plugin this stream belongs to: its configuration, and what all its streams share. `P` is the class that the filter was registered
   * with; asking for another one is a mistake that ends the VM. It is there as long as the object is, constructors included.
   */
  plugin<P>(): P {
    return pluginOf(this) as P;
  }
}
