import { BufferType, Status, StreamType } from "../abi/enums.js";
import type { BodyBuffer } from "../http/body-buffer.js";
import type { StreamInfo } from "../http/stream-info.js";
import type { NetworkCallbacks } from "../tcp/network-filter.js";
import type { VmScope } from "./base-context.js";
import { ChildContext } from "./child-context.js";
import type { NodeIdentity } from "./plugin-properties.js";
import type { RootContext } from "./root-context.js";

/** The plugin inside one TCP connection: what host calls mean there (abi.md 9). */
export class ConnectionContext extends ChildContext {
  /** What the last callback of the direction saw; gone when it let it pass. */
  downstream: BodyBuffer | null = null;
  upstream: BodyBuffer | null = null;

  constructor(
    id: number,
    root: RootContext,
    private readonly callbacks: NetworkCallbacks,
    info: StreamInfo,
    scope: VmScope,
    node: NodeIdentity,
  ) {
    super(id, root, info, scope, node);
  }

  override get streamKind(): "tcp" {
    return "tcp";
  }

  protected override bodyBuffer(type: BufferType): BodyBuffer | null {
    switch (type) {
      case BufferType.NetworkDownstreamData:
        return this.downstream;
      case BufferType.NetworkUpstreamData:
        return this.upstream;
      default:
        return super.bodyBuffer(type);
    }
  }

  override continueStream(type: StreamType): Status {
    if (type === StreamType.Upstream) return Status.Unimplemented;
    if (type === StreamType.Downstream) this.root.vm.afterCallback(() => this.callbacks.continueReading());
    return Status.Ok;
  }

  /** Both sides' connections end, whichever was named. */
  override closeStream(type: StreamType): Status {
    if (type === StreamType.Downstream)
      this.root.vm.afterCallback(() => this.callbacks.close("wasm_downstream_close"));
    if (type === StreamType.Upstream)
      this.root.vm.afterCallback(() => this.callbacks.close("wasm_upstream_close"));
    return Status.Ok;
  }
}
