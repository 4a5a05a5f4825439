import * as result from "../abi/result";
import * as queue from "../abi/shared-queue";
import { Status } from "../abi/status";
import { succeeded } from "../context/failure";

/** Instead of a token: the queue was not found yet. Hosts count from 1. */
const UNRESOLVED: u32 = 0;

/** The queues that this VM has registered, so that `onQueueReady` gets the same objects. Null: none. */
let registered: SharedQueue[] | null = null;

/**
 * A queue of items, bytes or text, between VMs and threads of this Envoy (abi.md 7.3): many put in, and the
 * plugin that registered it last is told by `Plugin.onQueueReady`. Anyone who has it may take out.
 *
 * The consumer calls `register` in `onConfigure`. With several threads, all their VMs register and **one** of
 * them, the last, is told of everything; run the consumer as a singleton (a bootstrap `wasm_service`) to know
 * which. It must empty the queue each time: `onQueueReady` comes once an item, also when another call has
 * taken it already.
 *
 *     onQueueReady(queue: SharedQueue): void {
 *       for (let item = queue.dequeueText(); item !== null; item = queue.dequeueText()) log.info(item);
 *     }
 *
 * The producer holds `SharedQueue.resolve(vmId, name)` and calls `enqueue`. A queue has no limit: what is
 * never taken out takes memory for ever. It goes with the last VM of its `vm_id`.
 */
export class SharedQueue {
  private constructor(
    private token: u32,
    /** The name it was registered or resolved with; "" when it is known by its token only. */
    readonly name: string,
    private readonly vmId: string,
  ) {}

  /**
   * The queue of this name in this plugin's `vm_id`, made if need be; what it holds stays. This plugin on
   * this thread is the one that is told from now on. Registering a name again gives the same object. Null:
   * the host refused.
   */
  static register(name: string): SharedQueue | null {
    if (!succeeded(queue.register(name))) return null;
    const token = result.number();
    const known = registeredQueue(token);
    if (known !== null) return known;
    const made = new SharedQueue(token, name, "");
    const queues = registered;
    if (queues === null) registered = [made];
    else queues.push(made);
    return made;
  }

  /**
   * The queue that a plugin of `vmId` (empty: of the own one) registers under this name. It is looked up when
   * it is used first, not now: at start it is a matter of luck which plugin is configured first. So creating
   * it is always possible.
   */
  static resolve(vmId: string, name: string): SharedQueue {
    return new SharedQueue(UNRESOLVED, name, vmId);
  }

  /** The queue of a host's token: the object that `register` gave, if this VM has registered it. */
  static ofToken(token: u32): SharedQueue {
    const known = registeredQueue(token);
    return known !== null ? known : new SharedQueue(token, "", "");
  }

  /**
   * Puts an item at the end. Who is told of it runs later, perhaps on another thread. False: nobody has
   * registered the queue yet, or its VMs are gone.
   */
  enqueue(item: Uint8Array): bool {
    if (!this.found()) return false;
    const status = queue.enqueue(this.token, item);
    return this.again(status) ? succeeded(queue.enqueue(this.token, item)) : succeeded(status);
  }

  /** Puts a text at the end, as UTF-8. False: nobody has registered the queue yet, or its VMs are gone. */
  enqueueText(item: string): bool {
    if (!this.found()) return false;
    const status = queue.enqueueText(this.token, item);
    return this.again(status) ? succeeded(queue.enqueueText(this.token, item)) : succeeded(status);
  }

  /** Whether this is the queue of a host's token. */
  isToken(token: u32): bool {
    return this.token == token;
  }

  /** Takes the first item out; null when there is none, or no such queue. */
  dequeue(): Uint8Array | null {
    return this.take() ? result.bytes() : null;
  }

  /** Takes the first item, as text; null when the queue is empty, was never registered, or is gone. */
  dequeueText(): string | null {
    return this.take() ? result.text() : null;
  }

  private take(): bool {
    if (!this.found()) return false;
    let status = queue.dequeue(this.token);
    if (this.again(status)) status = queue.dequeue(this.token);
    // An empty queue is no failure.
    return status != Status.Empty && succeeded(status);
  }

  /** Whether there is a token to use. */
  private found(): bool {
    if (this.token != UNRESOLVED) return true;
    if (!succeeded(queue.resolve(this.vmId, this.name))) return false;
    this.token = result.number();
    return true;
  }

  /**
   * Whether the token is stale, because all VMs of the queue went and others came, and there is a new one to
   * use.
   */
  private again(status: u32): bool {
    if (status != Status.NotFound || this.name == "") return false;
    const stale = this.token;
    this.token = UNRESOLVED;
    return this.found() && this.token != stale;
  }
}

function registeredQueue(token: u32): SharedQueue | null {
  const queues = registered;
  if (queues === null) return null;
  for (let i = 0; i < queues.length; ++i) {
    if (queues[i].isToken(token)) return queues[i];
  }
  return null;
}
