import { Status } from "../abi/enums.js";
import { answer, refuse, type Answer } from "../abi/host-context.js";
import type { ByteString } from "../byte-string.js";
import type { Dispatcher } from "./timeline.js";

/** The plugin that is told about items: the last one that registered the queue. */
export interface QueueConsumer {
  readonly dispatcher: Dispatcher;
  onQueueReady(token: number): void;
}

interface Queue {
  readonly token: number;
  readonly vmId: string;
  readonly name: ByteString;
  readonly items: Uint8Array[];
  consumer: QueueConsumer;
}

/** Shared queues of a process, by vm_id and name (abi.md 7.3). */
export class SharedQueueStore {
  readonly #queues = new Map<number, Queue>();
  /** One counter for the whole process; the first token is 1. */
  #lastToken = 0;

  register(vmId: string, name: ByteString, consumer: QueueConsumer): number {
    const existing = this.#find(vmId, name);
    if (existing !== null) {
      existing.consumer = consumer;
      return existing.token;
    }
    const token = ++this.#lastToken;
    this.#queues.set(token, { token, vmId, name, items: [], consumer });
    return token;
  }

  resolve(vmId: string, name: ByteString): Answer<number> {
    const queue = this.#find(vmId, name);
    return queue === null ? refuse(Status.NotFound) : answer(queue.token);
  }

  /** Tells the consumer later, on its own thread, once for each item. */
  enqueue(token: number, item: Uint8Array): Status {
    const queue = this.#queues.get(token);
    if (queue === undefined) return Status.NotFound;
    queue.items.push(item);
    const { consumer } = queue;
    consumer.dispatcher.post(() => consumer.onQueueReady(token));
    return Status.Ok;
  }

  dequeue(token: number): Answer<Uint8Array> {
    const queue = this.#queues.get(token);
    if (queue === undefined) return refuse(Status.NotFound);
    const item = queue.items.shift();
    return item === undefined ? refuse(Status.Empty) : answer(item);
  }

  /** The last VM of a vm_id is gone. */
  deleteVmId(vmId: string): void {
    for (const [token, queue] of this.#queues) if (queue.vmId === vmId) this.#queues.delete(token);
  }

  #find(vmId: string, name: ByteString): Queue | null {
    for (const queue of this.#queues.values()) if (queue.vmId === vmId && queue.name === name) return queue;
    return null;
  }
}
