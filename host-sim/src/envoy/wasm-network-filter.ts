import type { BodyBuffer } from "../http/body-buffer.js";
import type { CloseType, FilterStatus, NetworkCallbacks, NetworkFilter } from "../tcp/network-filter.js";
import type { ConnectionContext } from "./connection-context.js";
import type { WasmVm } from "./wasm-vm.js";

/** A plugin in one connection's filter chain: turns Envoy's filter calls into callbacks of the guest (abi.md 9). */
export class WasmNetworkFilter implements NetworkFilter {
  #created = false;
  #closed = false;

  constructor(
    readonly name: string,
    private readonly vm: WasmVm,
    private readonly parentId: number,
    private readonly callbacks: NetworkCallbacks,
    /** Has its id from the moment the chain is made; null when the VM was dead then. */
    private readonly context: ConnectionContext | null,
  ) {}

  onNewConnection(): FilterStatus {
    const { context } = this;
    if (this.vm.failed || context === null) return this.#fail();
    this.#created = true;
    this.vm.callback(context.id, "proxy_on_context_create", context.id, this.parentId);
    return this.#callback(context, "proxy_on_new_connection");
  }

  onData(data: BodyBuffer, endStream: boolean): FilterStatus {
    const context = this.#callable();
    if (context === null) return "Continue";
    if (this.vm.failed) return this.#fail();
    context.downstream = data;
    const status = this.#callback(context, "proxy_on_downstream_data", data.length, endStream ? 1 : 0);
    if (status === "Continue") context.downstream = null;
    return status;
  }

  onWrite(data: BodyBuffer, endStream: boolean): FilterStatus {
    const context = this.#callable();
    if (context === null) return "Continue";
    if (this.vm.failed) return this.#fail();
    context.upstream = data;
    const status = this.#callback(context, "proxy_on_upstream_data", data.length, endStream ? 1 : 0);
    if (status === "Continue") context.upstream = null;
    // Seen from the end of the data, not from the connection, which is why the type is always unknown.
    if (endStream) this.vm.callback(context.id, "proxy_on_upstream_connection_close", context.id, 0);
    return status;
  }

  /** Closes, then tells the guest that it is over; done comes before log (abi.md 12.2). */
  onClose(type: CloseType): void {
    if (this.#closed || this.context === null) return;
    this.#closed = true;
    const { id } = this.context;
    if (this.#created) {
      this.vm.callback(id, "proxy_on_downstream_connection_close", id, type);
      this.vm.callback(id, "proxy_on_done", id);
      this.vm.callback(id, "proxy_on_log", id);
      this.vm.callback(id, "proxy_on_delete", id);
    }
    this.vm.removeContext(id);
  }

  /** Null before the guest has heard of the connection, and after its end. */
  #callable(): ConnectionContext | null {
    return this.#created && !this.#closed ? this.context : null;
  }

  /** Any answer but 0 stops; a local reply, which means nothing here, does not. */
  #callback(context: ConnectionContext, name: string, ...args: number[]): FilterStatus {
    const result = this.vm.callback(context.id, name, context.id, ...args);
    if (this.vm.failed) return this.#fail();
    return (result ?? 0) === 0 ? "Continue" : "StopIteration";
  }

  /** A dead VM closes its connections, under every failure policy (abi.md F.9). */
  #fail(): FilterStatus {
    this.callbacks.close("the VM of the plugin has failed");
    return "StopIteration";
  }
}
